using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Recurve.Generator.Tests.Frontend;

/// <summary>A source with one random change, as a slip of the hand or a new thought makes it: a token, an expression or a statement goes, comes twice or gives way to another.</summary>
static class Mutant
{
    static readonly string[] around =
    [
        "Tanh({0})", "Sigmoid({0})", "-({0})", "({0} * 0)", "({0} - {0})", "(2 * {0})", "({0} + 1)", "({0} / 2)", "Max({0}, 0)", "Clamp({0}, -1, 1)", "Square({0})",
        "Where({0} > 0, {0}, -{0})", "Sum({0})", "Mean({0})", "Softmax({0})", "LogAddExp({0}, -1)", "Concat({0}, {0})", "Slice({0}, 0, units)", "(units > 2 ? {0} : 2 * {0})", "StopGradient({0})",
    ];

    static readonly string[][] operators = [["+", "-", "*", "/"], ["<", ">", "<=", ">="], ["=", "+=", "-=", "*=", "/="], ["&", "|"], ["++", "--"]];

    static readonly string[] numbers = ["0", "1", "2", "3", "0.5", "-1", "7", "0.0", "-0.3", "1e30", "int.MaxValue"];

    public static string Of(string source, Random random)
    {
        var root = CSharpSyntaxTree.ParseText(source).GetRoot();
        List<SyntaxToken> tokens = [.. root.DescendantTokens()];
        List<ExpressionSyntax> expressions = [.. root.DescendantNodes().OfType<ExpressionSyntax>().DefaultIfEmpty(SyntaxFactory.ParseExpression("x"))];
        List<StatementSyntax> statements = [.. root.DescendantNodes().OfType<StatementSyntax>().Where(s => s is not BlockSyntax).DefaultIfEmpty(SyntaxFactory.EmptyStatement())];
        var (token, expression, statement) = (Pick(tokens), Pick(expressions), Pick(statements));
        return random.Next(10) switch
        {
            0 => With(token.Span, ""),
            1 => With(token.Span, $"{token} {token}"),
            2 => With(token.Span, Pick(tokens.Where(t => t.IsKind(token.Kind()))).Text),
            3 => OtherSign(Pick(tokens.Where(t => operators.Any(o => o.Contains(t.Text))).DefaultIfEmpty(token))),
            4 or 5 => With(expression.Span, random.Next(2) == 0 ? $"{Pick(expressions)}" : $"({Pick(expressions)})"),
            6 => With(expression.Span, Pick(around).Replace("{0}", expression.ToString(), StringComparison.Ordinal)),
            7 => With(statement.Span, Pick([";", $"{statement} {statement}", $"if (units > 2) {{ {statement} }}", $"for (int q = 0; q < 2; q++) {{ {statement} }}"])),
            8 => With(statement.Span, $"{Pick(statements)}"),
            _ => With(Pick(tokens.Where(t => t.IsKind(SyntaxKind.NumericLiteralToken)).DefaultIfEmpty(token)).Span, Pick(numbers)),
        };

        T Pick<T>(IEnumerable<T> of) => of.ElementAt(random.Next(of.Count()));
        string OtherSign(SyntaxToken sign) => operators.FirstOrDefault(o => o.Contains(sign.Text)) is { } family ? With(sign.Span, Pick(family)) : source;
        string With(TextSpan span, string text) => source[..span.Start] + text + source[span.End..];
    }
}
