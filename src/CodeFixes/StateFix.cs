using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Recurve.Generator.Diagnostics;
using Recurve.Generator.Diagnostics.Analyzers;

namespace Recurve.CodeFixes;

/// <summary>Makes a field that Step assigns a state.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(StateFix)), Shared]
public sealed class StateFix : CellFix
{
    /// <summary>For a host of fixes.</summary>
    public StateFix() : base(DiagnosticIds.NotAState) { }

    private protected override bool IsTheOnlyAnswer => true;

    internal override IEnumerable<Proposal> Propose(CellSource source, Complaint complaint)
    {
        if (source.Field(complaint.Subject) is not { } field) yield break;
        var edits = new Edits();
        edits.Redeclare([field], d => [new TextChange(new(d.SpanStart, 0), $"[{new Names(source).Type("StateAttribute", d)}] ")]);
        var result = source.With(edits);
        if (result.Mends(source, complaint)) yield return new($"Make '{complaint.Subject}' a state", nameof(StateFix), result);
    }
}
