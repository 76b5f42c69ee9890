using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Recurve.Generator.Diagnostics;
using Recurve.Generator.Diagnostics.Analyzers;

namespace Recurve.CodeFixes;

/// <summary>
/// Gate on the input only (Feng et al. 2024, minGRU, arXiv 2410.01201): the terms of gates and candidates that read the past go, and with them the locals and weights that
/// stood in nothing else. Only where a linear recurrence is left. The numbers are those of another network.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(InputGatesFix)), Shared]
public sealed class InputGatesFix : CellFix
{
    /// <summary>For a host of fixes.</summary>
    public InputGatesFix() : base(DiagnosticIds.StepByStep, DiagnosticIds.CannotScan) { }

    internal override IEnumerable<Proposal> Propose(CellSource source, Complaint complaint)
    {
        if (Surrogates.Offending(source, complaint) is not { } reads || Terms.Without(source, [.. reads.Select(r => (ExpressionSyntax)source.NodeAt(r.At))]) is not { } edits) yield break;
        var result = Unused.Remove(source, source.With(edits));
        var after = result.StatesOf(complaint);
        if (result.Mends(source, complaint) && after.All(s => s.IsScanned) && after.Any(s => s.IsRecurrent))
            yield return new($"Gate on the input only: without '{string.Join(", ", reads.Select(r => r.State).Distinct())}' in the gates", nameof(InputGatesFix), result);
    }
}
