using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Recurve.Generator.Support;

namespace Recurve.Generator.Frontend;

/// <summary>Reads sizes as polynomials in the constructor's parameters.</summary>
internal static class SizeReader
{
    /// <summary>null: not a polynomial; <paramref name="offence"/> is the part that is not.</summary>
    public static Size? Read(IOperation operation, out IOperation offence)
    {
        offence = operation;
        if (operation.ConstantValue is { HasValue: true, Value: int value }) return Size.Of(value);
        switch (operation)
        {
            case IParenthesizedOperation o: return Read(o.Operand, out offence);
            case IConversionOperation { OperatorMethod: null } o when o.Type?.SpecialType == SpecialType.System_Int32: return Read(o.Operand, out offence);
            case IParameterReferenceOperation { Parameter: { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } p }
                when p.Type.SpecialType == SpecialType.System_Int32:
                return Size.Parameter(p.Name);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Minus or UnaryOperatorKind.Plus } o:
                var operand = Read(o.Operand, out offence);
                return operand is null ? null : o.OperatorKind == UnaryOperatorKind.Minus ? -operand : operand;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Multiply, OperatorMethod: null } o:
                if (Read(o.LeftOperand, out offence) is not { } left || Read(o.RightOperand, out offence) is not { } right) return null;
                return o.OperatorKind switch
                {
                    BinaryOperatorKind.Add => left + right,
                    BinaryOperatorKind.Subtract => left - right,
                    _ => left * right,
                };
            default: return null;
        }
    }

    /// <summary>The text of a [Size] attribute; null: not a polynomial in <paramref name="parameters"/>.</summary>
    public static Size? Parse(string text, ISet<string> parameters)
    {
        var expression = SyntaxFactory.ParseExpression(text);
        return expression.ContainsDiagnostics || expression.FullSpan.Length != text.Length ? null : Read(expression, parameters);
    }

    static Size? Read(ExpressionSyntax expression, ISet<string> parameters)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax e: return Read(e.Expression, parameters);
            case LiteralExpressionSyntax { Token.Value: int value }: return Size.Of(value);
            case IdentifierNameSyntax e: return parameters.Contains(e.Identifier.ValueText) ? Size.Parameter(e.Identifier.ValueText) : null;
            case PrefixUnaryExpressionSyntax e when e.IsKind(SyntaxKind.UnaryMinusExpression): return Read(e.Operand, parameters) is { } o ? -o : null;
            case BinaryExpressionSyntax e when Read(e.Left, parameters) is { } left && Read(e.Right, parameters) is { } right:
                return e.Kind() switch
                {
                    SyntaxKind.AddExpression => left + right,
                    SyntaxKind.SubtractExpression => left - right,
                    SyntaxKind.MultiplyExpression => left * right,
                    _ => null,
                };
            default: return null;
        }
    }
}
