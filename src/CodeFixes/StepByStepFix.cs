using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Recurve.Generator.Diagnostics;

namespace Recurve.CodeFixes;

/// <summary>Accept step by step: the same kernels, and no warning.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(StepByStepFix)), Shared]
public sealed class StepByStepFix : StrategyFix
{
    /// <summary>For a host of fixes.</summary>
    public StepByStepFix() : base("Sequential", DiagnosticIds.StepByStep, DiagnosticIds.CannotScan, DiagnosticIds.VaryingMatrix) { }

    private protected override string Title(string states) => $"Accept that '{states}' runs step by step";
}
