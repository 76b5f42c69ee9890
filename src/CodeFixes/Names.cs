using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Recurve.CodeFixes;

/// <summary>New names that clash with nothing in the class, and the library's names as they must be spelled at a place.</summary>
internal sealed class Names
{
    readonly HashSet<string> taken;
    readonly CellSource source;

    public Names(CellSource source)
    {
        this.source = source;
        taken = [.. source.Declarations.SelectMany(d => d.DescendantTokens()).Where(t => t.IsKind(SyntaxKind.IdentifierToken)).Select(t => t.ValueText)];
        // also what is visible without being mentioned
        foreach (var part in source.Declarations) taken.UnionWith(source.Model(part).LookupSymbols(part.OpenBraceToken.Span.End).Select(s => s.Name));
    }

    /// <summary>The name, or the name and a number.</summary>
    public string Fresh(string wish)
    {
        var name = wish;
        for (var i = 2; !taken.Add(name); i++) name = wish + i.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return name;
    }

    /// <summary>A function of the library.</summary>
    public string Function(string name, SyntaxNode at)
        => source.Model(at).LookupSymbols(at.SpanStart, name: name) is { IsEmpty: false } found && found.All(s => s is IMethodSymbol { ContainingType: { Name: "Functions", ContainingType: null } type } && IsLibrary(type))
            ? name : $"global::Recurve.Functions.{name}";

    /// <summary>A type of the library; an attribute without its suffix.</summary>
    public string Type(string name, SyntaxNode at)
    {
        var found = source.Model(at).LookupNamespacesAndTypes(at.SpanStart, name: name);
        return found.Length == 1 && found[0] is INamedTypeSymbol type && IsLibrary(type) ? Short(name) : $"global::Recurve.{Short(name)}";
    }

    static string Short(string name) => name.EndsWith("Attribute", StringComparison.Ordinal) ? name.Substring(0, name.Length - "Attribute".Length) : name;

    static bool IsLibrary(INamedTypeSymbol type) => type.ContainingNamespace is { Name: "Recurve", ContainingNamespace.IsGlobalNamespace: true };
}
