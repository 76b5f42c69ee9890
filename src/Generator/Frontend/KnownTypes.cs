using Microsoft.CodeAnalysis;

namespace Recurve.Generator.Frontend;

/// <summary>Recognises the library's types by name, so that no look-up by metadata name is needed.</summary>
internal static class KnownTypes
{
    public const string CellAttribute = "Recurve.CellAttribute";

    public static bool IsVec(this ITypeSymbol? type) => type.Is("Vec");

    public static bool IsMat(this ITypeSymbol? type) => type.Is("Mat");

    public static bool IsMask(this ITypeSymbol? type) => type.Is("Mask");

    public static bool IsCVec(this ITypeSymbol? type) => type.Is("CVec");

    public static bool IsFunctions(this ITypeSymbol? type) => type.Is("Functions");

    /// <summary>Vec, CVec, Mat and Mask: values of the program.</summary>
    public static bool IsTensorLike(this ITypeSymbol? type) => type.IsVec() || type.IsCVec() || type.IsMat() || type.IsMask();

    /// <summary>double, float, int, bool: known to C# or fixed per cell.</summary>
    public static bool IsScalar(this ITypeSymbol? type) => type?.SpecialType
        is SpecialType.System_Double or SpecialType.System_Single or SpecialType.System_Int32 or SpecialType.System_Boolean;

    public static bool IsCell(this ITypeSymbol? type) => type?.Attribute("CellAttribute") is not null;

    /// <summary>Whether what stands in it can be compiled into a cell.</summary>
    public static bool HasSourceOf(this Compilation compilation, ISymbol symbol)
        => symbol.DeclaringSyntaxReferences.Length > 0 && SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, compilation.Assembly);

    public static bool Is(this ITypeSymbol? type, string name)
        => type is { ContainingType: null } && type.Name == name && type.ContainingNamespace.IsRecurve();

    public static AttributeData? Attribute(this ISymbol symbol, string name)
        => symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass.Is(name));

    /// <summary>Value of a named argument, or of nothing.</summary>
    public static TypedConstant? Argument(this AttributeData attribute, string name)
        => attribute.NamedArguments.Where(a => a.Key == name).Select(a => (TypedConstant?)a.Value).FirstOrDefault();

    /// <summary>The name of an enum member, or <paramref name="otherwise"/> if absent or out of range.</summary>
    public static string EnumName(this AttributeData attribute, string argument, string otherwise)
        => attribute.Argument(argument) is { Kind: TypedConstantKind.Enum, Type: { } type } constant
            ? type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(f => f.HasConstantValue && Equals(f.ConstantValue, constant.Value))?.Name
                ?? otherwise
            : otherwise;

    static bool IsRecurve(this INamespaceSymbol? space) => space is { Name: "Recurve", ContainingNamespace.IsGlobalNamespace: true };
}
