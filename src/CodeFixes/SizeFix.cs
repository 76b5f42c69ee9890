using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Recurve.Generator.Diagnostics;
using Recurve.Generator.Diagnostics.Analyzers;

namespace Recurve.CodeFixes;

/// <summary>Gives the size of an input that its use does not: each of the constructor's sizes with which the cell's shapes match, or 1.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SizeFix)), Shared]
public sealed class SizeFix : CellFix
{
    /// <summary>For a host of fixes.</summary>
    public SizeFix() : base(DiagnosticIds.UnknownInputSize) { }

    internal override IEnumerable<Proposal> Propose(CellSource source, Complaint complaint)
    {
        if (source.Step?.ParameterList.Parameters.FirstOrDefault(p => p.Identifier.ValueText == complaint.Subject) is not { } input) yield break;
        var attribute = new Names(source).Type("SizeAttribute", input);
        foreach (var size in source.SizeParameters.Select(p => $"nameof({p})").Append("1"))
        {
            var edits = new Edits();
            edits.Insert(input.SyntaxTree, input.SpanStart, $"[{attribute}({size})] ");
            var result = source.With(edits);
            // what was unknown hid other mistakes: a size that makes one is no answer
            if (result.Mends(source, complaint)) yield return new($"Give '{complaint.Subject}' its size: [Size({size})]", $"{nameof(SizeFix)}: {size}", result);
        }
    }
}
