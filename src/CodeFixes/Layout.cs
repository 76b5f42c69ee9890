using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Recurve.CodeFixes;

/// <summary>Where new lines go, and how the user's own are set.</summary>
internal static class Layout
{
    /// <summary>The line break of a file.</summary>
    public static string NewLine(this SyntaxTree tree)
    {
        var text = tree.GetText();
        var first = text.Lines[0];
        return first.EndIncludingLineBreak > first.End ? text.ToString(TextSpan.FromBounds(first.End, first.EndIncludingLineBreak)) : "\n";
    }

    /// <summary>What stands before the first word of the line on which a node begins.</summary>
    public static string Indent(this SyntaxNode node)
    {
        var text = node.SyntaxTree.GetText();
        var line = text.Lines.GetLineFromPosition(node.SpanStart);
        var end = line.Start;
        while (end < line.End && char.IsWhiteSpace(text[end])) end++;
        return text.ToString(TextSpan.FromBounds(line.Start, end));
    }

    /// <summary>New lines after a member or statement, and after what is said of it on its own line.</summary>
    public static void LinesAfter(this Edits edits, SyntaxNode node, IEnumerable<string> lines)
    {
        var (indent, newLine) = (node.Indent(), node.SyntaxTree.NewLine());
        var ends = node.GetTrailingTrivia().Any(SyntaxKind.EndOfLineTrivia);
        edits.Insert(node.SyntaxTree, ends ? node.FullSpan.End : node.Span.End, string.Concat(lines.Select(l => ends ? indent + l + newLine : newLine + indent + l)));
    }

    /// <summary>New statements before one, and before the comment above it; on its own line if it shares that with others.</summary>
    public static void LinesBefore(this Edits edits, StatementSyntax statement, IEnumerable<string> lines)
    {
        var text = statement.SyntaxTree.GetText();
        var starts = text.Lines.GetLineFromPosition(statement.FullSpan.Start).Start == statement.FullSpan.Start;
        var (indent, newLine) = (statement.Indent(), statement.SyntaxTree.NewLine());
        edits.Insert(statement.SyntaxTree, statement.FullSpan.Start, string.Concat(lines.Select(l => starts ? indent + l + newLine : l + " ")));
    }

    /// <summary>Takes a member or statement away with its line, if it has one of its own. Comments above it stay.</summary>
    public static void Remove(this Edits edits, SyntaxNode node)
    {
        var text = node.SyntaxTree.GetText();
        var (first, last) = (text.Lines.GetLineFromPosition(node.SpanStart), text.Lines.GetLineFromPosition(node.Span.End));
        var alone = string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(first.Start, node.SpanStart)))
            && node.GetTrailingTrivia().Any(SyntaxKind.EndOfLineTrivia);
        edits.Replace(node.SyntaxTree, alone ? TextSpan.FromBounds(first.Start, last.EndIncludingLineBreak) : TextSpan.FromBounds(node.SpanStart, Math.Min(node.FullSpan.End, last.End)), "");
    }
}
