using Microsoft.CodeAnalysis;

namespace Recurve.Generator.Diagnostics;

internal static partial class Descriptors
{
    /// <summary>2xxx: what may stand in Step.</summary>
    static readonly DiagnosticDescriptor[] Language =
    [
        new(DiagnosticIds.NotInLanguage, "This construct is not part of the cell language",
            "{0}",
            "Recurve.Language", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV2001.md"),
        new(DiagnosticIds.NoSource, "A method whose source is not available is called",
            "The source of '{0}' is not available, so it cannot be compiled into the cell",
            "Recurve.Language", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV2002.md"),
        new(DiagnosticIds.TooMuchUnrolling, "Too much unrolling, recursion, or a part stepped twice",
            "{0}",
            "Recurve.Language", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV2003.md"),
    ];
}
