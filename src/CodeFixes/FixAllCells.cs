using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Recurve.Generator.Diagnostics.Analyzers;

namespace Recurve.CodeFixes;

/// <summary>Applies a fix to one complaint after another, each on the source that the one before left: two may change the same class.</summary>
internal sealed class FixAllCells(CellFix fix) : FixAllProvider
{
    public override IEnumerable<FixAllScope> GetSupportedFixAllScopes() => fix.Scopes;

    public override async Task<CodeAction?> GetFixAsync(FixAllContext context)
    {
        var solution = context.Solution;
        var title = "";
        foreach (var project in context.Scope == FixAllScope.Solution ? context.Solution.Projects : [context.Project])
        {
            var diagnostics = context is { Scope: FixAllScope.Document, Document: { } document }
                ? await context.GetDocumentDiagnosticsAsync(document).ConfigureAwait(false)
                : await context.GetAllDiagnosticsAsync(project).ConfigureAwait(false);
            foreach (var complaint in diagnostics.OrderBy(d => d.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(d => d.Location.SourceSpan).Select(Complaint.Of).OfType<Complaint>().Distinct())
            {
                if (await CellSource.FromAsync(solution.GetProject(project.Id)!, complaint.Cell, context.CancellationToken).ConfigureAwait(false) is not { } source) continue;
                if (fix.Propose(source, complaint).FirstOrDefault(p => p.Key == context.CodeActionEquivalenceKey) is not { } proposal) continue;
                (solution, title) = (proposal.Result.ToSolution(), proposal.Title);
            }
        }
        return title == "" ? null : CodeAction.Create(title, _ => Task.FromResult(solution), context.CodeActionEquivalenceKey);
    }
}
