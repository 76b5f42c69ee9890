using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Recurve.Generator.Frontend;

/// <summary>The one token of an operation that a message should point at.</summary>
internal static class Tokens
{
    public static SourceSpan Of(IOperation operation)
        => operation is IInvocationOperation or IMethodReferenceOperation ? Name(operation.Syntax) : Of(operation.Syntax);

    public static SourceSpan Of(SyntaxNode syntax) => syntax switch
    {
        BinaryExpressionSyntax s => SourceSpan.Of(s.OperatorToken),
        AssignmentExpressionSyntax s => SourceSpan.Of(s.OperatorToken),
        PrefixUnaryExpressionSyntax s => SourceSpan.Of(s.OperatorToken),
        PostfixUnaryExpressionSyntax s => SourceSpan.Of(s.OperatorToken),
        ConditionalExpressionSyntax s => SourceSpan.Of(s.QuestionToken),
        ConditionalAccessExpressionSyntax s => SourceSpan.Of(s.OperatorToken),
        LambdaExpressionSyntax s => SourceSpan.Of(s.ArrowToken),
        IsPatternExpressionSyntax s => SourceSpan.Of(s.IsKeyword),
        SwitchExpressionSyntax s => SourceSpan.Of(s.SwitchKeyword),
        WithExpressionSyntax s => SourceSpan.Of(s.WithKeyword),
        ElementAccessExpressionSyntax s => SourceSpan.Of(s.ArgumentList.OpenBracketToken),
        CastExpressionSyntax s => SourceSpan.Of(s.Type),
        InvocationExpressionSyntax or MemberAccessExpressionSyntax or SimpleNameSyntax => Name(syntax),
        ParenthesizedExpressionSyntax s => Of(s.Expression),
        LocalDeclarationStatementSyntax s => SourceSpan.Of(s.UsingKeyword.RawKind != 0 ? s.UsingKeyword : s.GetFirstToken()),
        ExpressionStatementSyntax s => Of(s.Expression),
        _ => SourceSpan.Of(syntax.GetFirstToken()),
    };

    static SourceSpan Name(SyntaxNode syntax) => syntax switch
    {
        InvocationExpressionSyntax s => Name(s.Expression),
        MemberAccessExpressionSyntax s => SourceSpan.Of(s.Name.Identifier),
        MemberBindingExpressionSyntax s => SourceSpan.Of(s.Name.Identifier),
        SimpleNameSyntax s => SourceSpan.Of(s.Identifier),
        ParenthesizedExpressionSyntax s => Name(s.Expression),
        _ => SourceSpan.Of(syntax.GetFirstToken()),
    };
}
