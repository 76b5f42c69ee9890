using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Recurve.Generator.Diagnostics;
using Recurve.Generator.Diagnostics.Analyzers;

namespace Recurve.CodeFixes;

/// <summary>
/// Use a linear surrogate (Martin and Cundy 2018, arXiv 1709.04057, section 3.2): h_t = f(h_{t−1}, x_t) becomes h_t = f(s_{t−1}, x_t), where s is a gated impulse linear
/// recurrence of the inputs, s = g s + (1 − g) τ(V x + d), g = σ(U x + b). The surrogate stands where the old state was read nonlinearly; linear uses stay.
/// The numbers are those of another network.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LinearSurrogateFix)), Shared]
public sealed class LinearSurrogateFix : CellFix
{
    /// <summary>For a host of fixes.</summary>
    public LinearSurrogateFix() : base(DiagnosticIds.StepByStep, DiagnosticIds.CannotScan, DiagnosticIds.VaryingMatrix) { }

    internal override IEnumerable<Proposal> Propose(CellSource source, Complaint complaint)
    {
        if (Surrogates.Offending(source, complaint) is { } reads)
            yield return new($"Use a linear surrogate of '{string.Join(", ", reads.Select(r => r.State).Distinct())}'", nameof(LinearSurrogateFix), new Surrogates(source).Replace(reads));
    }
}
