using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Recurve.Generator.Diagnostics.Analyzers;

namespace Recurve.CodeFixes;

/// <summary>A fix of something said of a cell. What it offers has been tried: the analyzer reads the changed cell before anyone sees the offer.</summary>
public abstract class CellFix : CodeFixProvider
{
    private protected CellFix(params string[] ids) => FixableDiagnosticIds = [.. ids];

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <summary>
    /// Whether nobody has to choose. What else changes the network or how it runs is applied to a document or a project where someone asks for it, never to a
    /// solution: that is what <c>dotnet format</c> applies without being asked.
    /// </summary>
    private protected virtual bool IsTheOnlyAnswer => false;

    /// <summary>How far the fix goes when all are to be met at once.</summary>
    internal IEnumerable<FixAllScope> Scopes => IsTheOnlyAnswer ? [FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution] : [FixAllScope.Document, FixAllScope.Project];

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => new FixAllCells(this);

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (var diagnostic in context.Diagnostics)
        {
            if (Complaint.Of(diagnostic) is not { } complaint) continue;
            if (await CellSource.FromAsync(context.Document.Project, complaint.Cell, context.CancellationToken).ConfigureAwait(false) is not { } source) continue;
            foreach (var proposal in Propose(source, complaint))
                context.RegisterCodeFix(CodeAction.Create(proposal.Title, _ => Task.FromResult(proposal.Result.ToSolution()), proposal.Key), diagnostic);
        }
    }

    /// <summary>What the fix has to offer for a complaint: nothing where it does not apply.</summary>
    internal abstract IEnumerable<Proposal> Propose(CellSource source, Complaint complaint);
}

/// <summary>One change on offer.</summary>
/// <param name="Key">The same for the same change of another cell.</param>
internal sealed record Proposal(string Title, string Key, CellSource Result);
