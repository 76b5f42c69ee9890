using Microsoft.CodeAnalysis;

namespace Recurve.Generator.Diagnostics;

internal static partial class Descriptors
{
    /// <summary>5xxx: performance.</summary>
    static readonly DiagnosticDescriptor[] Hints =
    [
        new(DiagnosticIds.CouldBeDiagonal, "A dense constant recurrence could be diagonalised",
            "State '{0}' goes through a constant matrix in {1}; in a basis where that is diagonal it would be one scan per channel",
            "Recurve.Performance", DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV5001.md"),
    ];
}
