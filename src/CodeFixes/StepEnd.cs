using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Recurve.CodeFixes;

/// <summary>Statements appended to Step: after everything it computes, before each of its ways out.</summary>
/// <param name="source">The version to change.</param>
/// <param name="step">Its Step.</param>
/// <param name="names">For a local that keeps the result.</param>
internal sealed class StepEnd(CellSource source, MethodDeclarationSyntax step, Names names)
{
    /// <summary>
    /// Appends statements. What a way out returns is computed before them where it reads what they assign (at <paramref name="reads"/>, or in a method of the cell's).
    /// </summary>
    /// <param name="statements">What to append at a node.</param>
    public void Append(Edits edits, IReadOnlyList<Location> reads, Func<SyntaxNode, IReadOnlyList<string>> statements)
    {
        var inMethods = !reads.All(IsInStep);
        bool IsBefore(ExpressionSyntax result) => !reads.Any(r => r.SourceTree == result.SyntaxTree && result.Span.Contains(r.SourceSpan))
            && !(inMethods && result.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().Any(call => !IsOfLibrary(call)));

        if (step.ExpressionBody is { } body)
        {
            var (indent, newLine) = (step.Indent(), step.SyntaxTree.NewLine());
            string Line(string statement) => $"{newLine}{indent}    {statement}";
            var before = IsBefore(body.Expression);
            var (open, close) = Around(body.Expression, before);
            edits.Replace(body.ArrowToken, $"{newLine}{indent}{{{string.Concat(before ? statements(body).Select(Line) : [])}{Line(open).TrimEnd()}");
            edits.Replace(step.SemicolonToken, $";{string.Concat(before ? [] : statements(body).Select(Line).Append(Line(close)))}{newLine}{indent}}}");
            return;
        }
        foreach (var way in step.Body?.DescendantNodes(n => n is not (LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax)).OfType<ReturnStatementSyntax>() ?? [])
        {
            if (way.Expression is not { } result) continue;
            var before = IsBefore(result);
            var (open, close) = Around(result, before);
            List<string> lines = [.. statements(way)];
            var inBlock = way.Parent is BlockSyntax;
            if (before && inBlock) edits.LinesBefore(way, lines);
            else if (before)
            {
                edits.Insert(way.SyntaxTree, way.SpanStart, $"{{ {string.Join(" ", lines)} ");
                edits.Insert(way.SyntaxTree, way.Span.End, " }");
            }
            else
            {
                if (inBlock) edits.Replace(way.ReturnKeyword, open.TrimEnd());
                else edits.Replace(way.ReturnKeyword, $"{{ {open.TrimEnd()}");
                if (inBlock) edits.LinesAfter(way, lines.Append(close));
                else edits.Insert(way.SyntaxTree, way.Span.End, $" {string.Join(" ", lines)} {close} }}");
            }
        }
    }

    // what opens the statement that computes the result, and the statement that returns it later
    (string Open, string Close) Around(ExpressionSyntax result, bool before)
    {
        if (before) return ("return ", "");
        if (result is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Left: IdentifierNameSyntax or MemberAccessExpressionSyntax } assignment)
            return ("", $"return {assignment.Left};");
        var kept = names.Fresh("result");
        return ($"{step.ReturnType} {kept} = ", $"return {kept};");
    }

    bool IsInStep(Location place) => source.NodeAt(place).FirstAncestorOrSelf<SyntaxNode>(n => n is LocalFunctionStatementSyntax or MemberDeclarationSyntax) == step;

    bool IsOfLibrary(InvocationExpressionSyntax call)
        => source.Model(call).GetSymbolInfo(call).Symbol is IMethodSymbol { ContainingType.ContainingNamespace: { Name: "Recurve" or "System", ContainingNamespace.IsGlobalNamespace: true } };
}
