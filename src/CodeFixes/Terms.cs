using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Recurve.CodeFixes;

/// <summary>Takes values out of the sums they stand in, as if they were zero: the term a value is a factor of goes with it, and a local that is nothing else.</summary>
internal sealed class Terms
{
    // zero for an argument that is zero, whatever the others
    static readonly HashSet<string> linear = ["Slice", "Reverse", "Sum", "Mean", "Dot", "Outer", "Hadamard", "Transpose", "Diagonal", "Flatten"];

    readonly CellSource source;
    readonly HashSet<SyntaxNode> gone = [];
    bool failed;

    Terms(CellSource source) => this.source = source;

    /// <summary>Null: one of them stands where it cannot be left out.</summary>
    public static Edits? Without(CellSource source, IEnumerable<ExpressionSyntax> values)
    {
        var terms = new Terms(source);
        foreach (var value in values) terms.Drop(value);
        return terms.failed ? null : terms.Write();
    }

    void Drop(ExpressionSyntax value)
    {
        switch (value.Parent)
        {
            case ParenthesizedExpressionSyntax outer: Drop(outer); break;
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression } minus: Drop(minus); break;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression } product: Drop(product); break;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.DivideExpression } ratio when ratio.Left == value: Drop(ratio); break;
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression or (int)SyntaxKind.SubtractExpression } sum:
                gone.Add(value);
                if (gone.Contains(sum.Left) && gone.Contains(sum.Right)) Drop(sum);
                break;
            case ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } when IsLinear(call): Drop(call); break;
            case AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.AddAssignmentExpression or (int)SyntaxKind.SubtractAssignmentExpression, Parent: ExpressionStatementSyntax statement } assignment
                when assignment.Right == value && statement.Parent is BlockSyntax:
                gone.Add(statement);
                break;
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent.Parent: LocalDeclarationStatementSyntax } local }: DropLocal(local); break;
            default: failed = true; break;
        }
    }

    void DropLocal(VariableDeclaratorSyntax local)
    {
        if (!gone.Add(local)) return;
        var symbol = source.Model(local).GetDeclaredSymbol(local);
        var scope = local.FirstAncestorOrSelf<MemberDeclarationSyntax>(m => m is MethodDeclarationSyntax)!;
        foreach (var use in scope.DescendantNodes().OfType<IdentifierNameSyntax>().Where(n => n.Identifier.ValueText == local.Identifier.ValueText && SymbolEqualityComparer.Default.Equals(source.Model(n).GetSymbolInfo(n).Symbol, symbol)))
        {
            if (use.Parent is AssignmentExpressionSyntax assignment && assignment.Left == use) failed = true;
            else Drop(use);
        }
    }

    bool IsLinear(InvocationExpressionSyntax call)
        => source.Model(call).GetSymbolInfo(call).Symbol is IMethodSymbol { ContainingType: { Name: "Functions", ContainingNamespace: { Name: "Recurve", ContainingNamespace.IsGlobalNamespace: true } } } function && linear.Contains(function.Name);

    Edits Write()
    {
        var edits = new Edits();
        edits.Remove(gone.OfType<VariableDeclaratorSyntax>());
        foreach (var node in gone.Where(n => n is not VariableDeclaratorSyntax && !n.Ancestors().Any(gone.Contains)))
        {
            if (node is StatementSyntax statement) edits.Remove(statement);
            else Cut(edits, (BinaryExpressionSyntax)node.Parent!, (ExpressionSyntax)node);
        }
        return edits;
    }

    // the term and its sign; what the user says between them stays
    static void Cut(Edits edits, BinaryExpressionSyntax sum, ExpressionSyntax term)
    {
        var (tree, text) = (sum.SyntaxTree, sum.SyntaxTree.GetText());
        bool IsBlank(int start, int end) => string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(start, end)));
        var sign = sum.OperatorToken;
        if (term == sum.Left)
        {
            edits.Replace(tree, term.Span, "");
            var space = sign.TrailingTrivia.TakeWhile(t => t.IsKind(SyntaxKind.WhitespaceTrivia)).Sum(t => t.Span.Length);
            var start = IsBlank(term.Span.End, sign.SpanStart) ? term.Span.End : sign.SpanStart;
            edits.Replace(tree, TextSpan.FromBounds(start, sign.Span.End + space), sum.IsKind(SyntaxKind.SubtractExpression) ? "-" : "");
            return;
        }
        var from = sign.SpanStart;
        while (from > 0 && text[from - 1] is ' ' or '\t') from--;
        var (line, end) = (text.Lines.GetLineFromPosition(from), term.Span.End);
        if (from == line.Start && line.Start > 0)
        {
            // a line that holds nothing else goes with its break; a comment on it stays where the term began
            var last = text.Lines.GetLineFromPosition(end);
            if (IsBlank(end, last.End)) from = text.Lines[line.LineNumber - 1].End;
            else
            {
                from = sign.SpanStart;
                while (text[end] is ' ' or '\t') end++;
            }
        }
        if (IsBlank(sign.Span.End, term.SpanStart)) edits.Replace(tree, TextSpan.FromBounds(from, end), "");
        else
        {
            edits.Replace(tree, TextSpan.FromBounds(from, sign.Span.End), "");
            edits.Replace(tree, term.Span, "");
        }
    }
}
