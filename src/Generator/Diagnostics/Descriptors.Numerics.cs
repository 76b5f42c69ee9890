using Microsoft.CodeAnalysis;

namespace Recurve.Generator.Diagnostics;

internal static partial class Descriptors
{
    /// <summary>4xxx: differentiation and numerics.</summary>
    static readonly DiagnosticDescriptor[] Numerics =
    [
        new(DiagnosticIds.NoEffect, "A weight, an input or a state has no effect on the output",
            "{0} '{1}' has no effect on the output",
            "Recurve.Numerics", DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV4001.md"),
        new(DiagnosticIds.UnboundedDecay, "The decay is not bounded by 1 in magnitude",
            "The decay of state '{0}', {1}, is not bounded by 1 in magnitude; the state can grow without limit",
            "Recurve.Numerics", DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV4002.md"),
    ];
}
