using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Recurve.CodeFixes;

/// <summary>Changes of text on one version of a source. What is not named stays as it is, comments and layout too.</summary>
internal sealed class Edits
{
    readonly Dictionary<SyntaxTree, List<TextChange>> changes = [];

    /// <summary>In the order of the text; what is inserted at one place stays in the order it was added.</summary>
    public IEnumerable<(SyntaxTree Tree, IEnumerable<TextChange> Changes)> ByTree => changes.Select(c => (c.Key, (IEnumerable<TextChange>)c.Value.OrderBy(t => t.Span.Start).ThenBy(t => t.Span.End)));

    public void Replace(SyntaxNodeOrToken what, string text) => Replace(what.SyntaxTree!, what.Span, text);

    public void Replace(SyntaxTree tree, TextSpan span, string text)
    {
        if (!changes.TryGetValue(tree, out var list)) changes[tree] = list = [];
        list.Add(new(span, text));
    }

    public void Add(SyntaxTree tree, TextChange change) => Replace(tree, change.Span, change.NewText ?? "");

    public void Insert(SyntaxTree tree, int position, string text) => Replace(tree, new(position, 0), text);
}
