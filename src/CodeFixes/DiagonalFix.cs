using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Recurve.Generator.Diagnostics;
using Recurve.Generator.Diagnostics.Analyzers;

namespace Recurve.CodeFixes;

/// <summary>
/// Make the recurrence diagonal (Li et al. 2018, IndRNN, arXiv 1803.04831): every matrix that carries one channel's past to another becomes a vector, u * h then being
/// elementwise. What is nonlinear stays so, each channel then being on its own, which Newton iterations can solve. A start that is that of matrices becomes the paper's, spread over (0, 1).
/// The numbers are those of another network.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DiagonalFix)), Shared]
public sealed class DiagonalFix : CellFix
{
    /// <summary>For a host of fixes.</summary>
    public DiagonalFix() : base(DiagnosticIds.StepByStep, DiagnosticIds.CannotScan) { }

    internal override IEnumerable<Proposal> Propose(CellSource source, Complaint complaint)
    {
        var states = source.StatesOf(complaint);
        List<string> mixing = [.. states.SelectMany(s => s.MixedBy).Distinct()];
        if (mixing.Count == 0 || !mixing.All(m => source.Facts.SquareWeights.Contains(m) && source.Field(m) is { } field && IsFactorOnly(source, field))) yield break;

        var result = source.With(Diagonal(source, [.. mixing.Select(m => source.Field(m)!)]));
        var after = result.StatesOf(complaint);
        var mended = result.Mends(source, complaint, mayStay: complaint.Id == DiagnosticIds.StepByStep) && after.All(s => s.Kind is not ("Coupled" or "Dense"));
        if (mended) yield return new($"Make the recurrence diagonal: '{string.Join(", ", mixing)}' as vectors".Replace(mixing.Count == 1 ? "as vectors" : "\0", "as a vector"), nameof(DiagonalFix), result);
    }

    // as u * v, (2 * u) * v, -u * v: of anything else a vector would be something other than a diagonal
    static bool IsFactorOnly(CellSource source, VariableDeclaratorSyntax field)
    {
        var symbol = source.Model(field).GetDeclaredSymbol(field)!;
        return source.Declarations.SelectMany(d => d.DescendantNodes()).OfType<IdentifierNameSyntax>()
            .Where(n => n.Identifier.ValueText == symbol.Name && SymbolEqualityComparer.Default.Equals(source.Model(n).GetSymbolInfo(n).Symbol, symbol))
            .All(n => MeetsVector(source, n.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access ? access : n));
    }

    static bool MeetsVector(CellSource source, ExpressionSyntax matrix)
    {
        bool Is(ExpressionSyntax e, string type) => source.Model(e).GetTypeInfo(e).Type?.Name == type;
        return matrix.Parent switch
        {
            ParenthesizedExpressionSyntax outer => MeetsVector(source, outer),
            PrefixUnaryExpressionSyntax minus => MeetsVector(source, minus),
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression } product when product.Left == matrix && Is(product.Right, "Vec") => true,
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.MultiplyExpression } product
                => !Is(product.Left == matrix ? product.Right : product.Left, "Mat") && !Is(product.Left == matrix ? product.Right : product.Left, "Vec") && MeetsVector(source, product),
            _ => false,
        };
    }

    static Edits Diagonal(CellSource source, IReadOnlyList<VariableDeclaratorSyntax> matrices)
    {
        var (edits, names) = (new Edits(), new Names(source));
        // starts that mean something of a vector too
        static bool Stays(AttributeArgumentSyntax? init) => init?.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Zeros" or "Ones" or "Constant" };
        AttributeArgumentSyntax? Init(FieldDeclarationSyntax d) => Fields.Argument(source.Attribute(d, "WeightAttribute")!, "Init");

        edits.Redeclare(matrices, d =>
        {
            List<TextChange> changes = [new(d.Declaration.Type.Span, names.Type("Vec", d))];
            if (Init(d) is { } init && !Stays(init)) changes.Insert(0, new(init.Parent!.Span, ""));
            return changes;
        });
        foreach (var matrix in matrices)
        {
            if (matrix.Initializer?.Value is not BaseObjectCreationExpressionSyntax { ArgumentList: { Arguments: { Count: >= 2 } arguments } list } creation) continue;
            if (creation is ObjectCreationExpressionSyntax { Type: var type }) edits.Replace(type, names.Type("Vec", matrix));
            edits.Replace(list, $"({arguments[0]}{Start(arguments)})");
        }
        return edits;

        string Start(SeparatedSyntaxList<ArgumentSyntax> arguments)
        {
            // given number by number: those of the diagonal
            if (arguments.Count == 3 && arguments[2].Expression is ParenthesizedLambdaExpressionSyntax { ParameterList.Parameters: { Count: 2 } p, ExpressionBody: { } body })
            {
                var (row, column) = (p[0].Identifier.ValueText, p[1].Identifier.ValueText);
                if (row == "_") return $", {column} => {body}";
                var inner = body.ReplaceTokens(body.DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken) && t.ValueText == column), (t, _) => SyntaxFactory.Identifier(t.LeadingTrivia, row, t.TrailingTrivia));
                return $", {row} => {inner}";
            }
            if (Stays(Init((FieldDeclarationSyntax)arguments[0].FirstAncestorOrSelf<FieldDeclarationSyntax>()!))) return "";
            var i = names.Fresh("i");
            return $", {i} => ({i} + 0.5) / {Factor(arguments[0])}";
        }

        static string Factor(ArgumentSyntax size) => size.Expression is IdentifierNameSyntax or LiteralExpressionSyntax ? size.ToString() : $"({size})";
    }
}
