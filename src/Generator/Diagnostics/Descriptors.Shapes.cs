using Microsoft.CodeAnalysis;

namespace Recurve.Generator.Diagnostics;

internal static partial class Descriptors
{
    /// <summary>3xxx: sizes.</summary>
    static readonly DiagnosticDescriptor[] Shapes =
    [
        new(DiagnosticIds.ShapeMismatch, "Shapes do not match",
            "Shapes {0} and {1} do not match in {2}",
            "Recurve.Shapes", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV3001.md"),
        new(DiagnosticIds.UnknownInputSize, "The size of an input cannot be inferred",
            "The size of input '{0}' cannot be inferred from its use; give it with [Size]",
            "Recurve.Shapes", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV3002.md"),
        new(DiagnosticIds.NotPolynomial, "A size is not a polynomial in the constructor's parameters",
            "'{0}' is not a polynomial in the constructor's parameters",
            "Recurve.Shapes", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV3003.md"),
    ];
}
