using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Recurve.Generator.Diagnostics;
using Recurve.Generator.Diagnostics.Analyzers;

namespace Recurve.CodeFixes;

/// <summary>Makes a cell, or a type around it, partial.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(PartialFix)), Shared]
public sealed class PartialFix : CellFix
{
    /// <summary>For a host of fixes.</summary>
    public PartialFix() : base(DiagnosticIds.NotPartial) { }

    private protected override bool IsTheOnlyAnswer => true;

    internal override IEnumerable<Proposal> Propose(CellSource source, Complaint complaint)
    {
        var edits = new Edits();
        for (var type = source.Cell; type is not null; type = type.ContainingType)
        {
            if (type.Name != complaint.Subject) continue;
            // the word before class, struct, record
            foreach (var part in source.DeclarationsOf(type).Where(d => !d.Modifiers.Any(SyntaxKind.PartialKeyword)))
                edits.Insert(part.SyntaxTree, part.Keyword.SpanStart, "partial ");
        }
        if (edits.ByTree.Any()) yield return new($"Make '{complaint.Subject}' partial", nameof(PartialFix), source.With(edits));
    }
}
