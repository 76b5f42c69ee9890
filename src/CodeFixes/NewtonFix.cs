using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Recurve.Generator.Diagnostics;
using Recurve.Generator.Diagnostics.Analyzers;

namespace Recurve.CodeFixes;

/// <summary>Solve by Newton iterations: of nonlinear states, each channel by itself, of which at most four depend on each other.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(NewtonFix)), Shared]
public sealed class NewtonFix : StrategyFix
{
    const int mostStates = 4;

    /// <summary>For a host of fixes.</summary>
    public NewtonFix() : base("Newton", DiagnosticIds.StepByStep, DiagnosticIds.CannotScan) { }

    private protected override string Title(string states) => $"Solve '{states}' by Newton iterations";

    private protected override bool Applies(StateFacts state) => state.Kind == "Pointwise" && state.Group.Count <= mostStates;
}
