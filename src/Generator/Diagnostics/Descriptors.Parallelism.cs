using Microsoft.CodeAnalysis;

namespace Recurve.Generator.Diagnostics;

internal static partial class Descriptors
{
    /// <summary>1xxx: what runs in parallel.</summary>
    static readonly DiagnosticDescriptor[] Parallelism =
    [
        new(DiagnosticIds.StateClass, "The class of a state and how it runs",
            "State '{0}' is {1} and {2}: {3}",
            "Recurve.Parallelism", DiagnosticSeverity.Hidden, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV1000.md"),
        new(DiagnosticIds.StepByStep, "A state cannot be scanned, so the cell runs step by step",
            "State '{0}' {1}; the cell runs step by step",
            "Recurve.Parallelism", DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV1001.md"),
        new(DiagnosticIds.CannotScan, "A state for which a scan was asked cannot be scanned",
            "State '{0}' {1}; Strategy.Scan asks for a scan",
            "Recurve.Parallelism", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV1002.md"),
        new(DiagnosticIds.VaryingMatrix, "A linear group mixes channels through a matrix that changes over time",
            "State '{0}' {1}",
            "Recurve.Parallelism", DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV1003.md"),
        new(DiagnosticIds.CannotNewton, "Newton was asked for a group it cannot solve",
            "State '{0}' {1}; Strategy.Newton needs a Pointwise group of at most 4 states per channel, a tolerance above 0 and at least 1 iteration",
            "Recurve.Parallelism", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV1004.md"),
        new(DiagnosticIds.StrategyConflict, "Conflicting strategies within one group of states",
            "The states {0} depend on each other and ask for different strategies: {1}",
            "Recurve.Parallelism", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV1005.md"),
    ];
}
