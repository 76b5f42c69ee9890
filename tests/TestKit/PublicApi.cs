using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Recurve.TestKit;

/// <summary>Everything that another assembly can see of one: its types in alphabetical order, each with its members.</summary>
public static class PublicApi
{
    static readonly SymbolDisplayFormat Member = new(
        SymbolDisplayGlobalNamespaceStyle.Omitted,
        SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeParameters
            | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeAccessibility,
        SymbolDisplayDelegateStyle.NameAndSignature,
        SymbolDisplayExtensionMethodStyle.StaticMethod,
        SymbolDisplayParameterOptions.IncludeDefaultValue | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeModifiers
            | SymbolDisplayParameterOptions.IncludeType,
        SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier
            | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    static readonly SymbolDisplayFormat Type = Member.WithKindOptions(SymbolDisplayKindOptions.IncludeTypeKeyword);

    /// <param name="assembly">Path of the assembly.</param>
    public static string Of(string assembly)
    {
        var reference = MetadataReference.CreateFromFile(assembly);
        var framework = Directory.GetFiles(System.IO.Path.GetDirectoryName(typeof(object).Assembly.Location)!, "System*.dll").Select(f => MetadataReference.CreateFromFile(f));
        var compilation = CSharpCompilation.Create("Reader", [], [reference, .. framework]);
        var types = Types(((IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(reference)!).GlobalNamespace)
            .Select(t => $"{t.ContainingNamespace}: {t.ToDisplayString(Type)}\n{string.Concat(Members(t).Select(m => $"    {m}\n"))}");
        return string.Join('\n', types.Order(StringComparer.Ordinal));
    }

    static IEnumerable<string> Members(INamedTypeSymbol type)
        => type.GetMembers().Where(IsSeen).Where(IsWritten).Select(m => m.ToDisplayString(Member)).Order(StringComparer.Ordinal);

    static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol container) => container.GetMembers().SelectMany(m => m switch
    {
        INamespaceSymbol inner => Types(inner),
        INamedTypeSymbol type when IsSeen(type) => Types(type).Prepend(type),
        _ => [],
    });

    static bool IsSeen(ISymbol symbol)
        => symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    // accessors stand in their property's line, nested types have their own, and what every record has says nothing
    static bool IsWritten(ISymbol symbol) => symbol is not (INamedTypeSymbol or IMethodSymbol { AssociatedSymbol: not null })
        && !symbol.IsImplicitlyDeclared
        && !(symbol.ContainingType.IsRecord && symbol is IMethodSymbol
        {
            Name: "Equals" or "GetHashCode" or "ToString" or "PrintMembers" or "op_Equality" or "op_Inequality" or "<Clone>$" or "Deconstruct",
        });
}
