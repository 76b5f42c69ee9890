using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;
using Recurve.Generator.Support;

namespace Recurve.Generator.Frontend;

/// <summary>Arithmetic on scalars as C# does it: folded where known, as C# text where fixed.</summary>
internal static class Scalars
{
    public static ScalarType? TypeOf(ITypeSymbol? type) => type?.SpecialType switch
    {
        SpecialType.System_Double => ScalarType.Double,
        SpecialType.System_Single => ScalarType.Float,
        SpecialType.System_Int32 => ScalarType.Int,
        SpecialType.System_Boolean => ScalarType.Bool,
        _ => null,
    };

    /// <summary>A known value; null for one that is not a scalar of the language.</summary>
    public static Scalar? Known(object? value) => value switch
    {
        double d => new(ScalarType.Double, Text(d), d),
        float f => new(ScalarType.Float, $"(float){Text(f)}", f),
        int i => new(ScalarType.Int, i < 0 ? $"({i.ToString(CultureInfo.InvariantCulture)})" : i.ToString(CultureInfo.InvariantCulture), i, Size.Of(i)),
        bool b => new(ScalarType.Bool, b ? "true" : "false", b),
        _ => null,
    };

    /// <summary>As a number of the program.</summary>
    public static double Number(object constant) => constant switch
    {
        double d => d,
        float f => f,
        int i => i,
        _ => double.NaN,
    };

    public static Scalar Convert(Scalar value, ScalarType to)
    {
        if (value.Type == to || value.Type == ScalarType.Bool || to == ScalarType.Bool) return value;
        if (value.Constant is { } constant)
        {
            var number = Number(constant);
            object converted = to == ScalarType.Double ? number : to == ScalarType.Float ? (float)number : unchecked((int)number);
            return Known(converted)!;
        }
        return new(to, $"({Keyword(to)}){value.Text}");
    }

    /// <summary>null: not an operation on scalars.</summary>
    public static Scalar? Negate(UnaryOperatorKind kind, Scalar value) => kind switch
    {
        UnaryOperatorKind.Plus => value,
        UnaryOperatorKind.Not when value.Type == ScalarType.Bool => value.Constant is bool b ? Known(!b) : new(ScalarType.Bool, $"(!{value.Text})"),
        UnaryOperatorKind.Minus => value.Constant switch
        {
            double d => Known(-d),
            float f => Known(-f),
            int i => Known(unchecked(-i)),
            _ => new(value.Type, $"(-{value.Text})", null, value.Size is { } size ? -size : null),
        },
        _ => null,
    };

    /// <summary>Both sides of the same type already; null: not an operation of the language.</summary>
    public static Scalar? Binary(BinaryOperatorKind kind, Scalar a, Scalar b)
    {
        if (a.Constant is { } x && b.Constant is { } y) return Known(Fold(kind, x, y));
        if (Spelling(kind) is not { } symbol) return null;
        var type = IsComparison(kind) ? ScalarType.Bool : a.Type;
        var size = (a.Size, b.Size, kind) switch
        {
            ({ } m, { } n, BinaryOperatorKind.Add) => m + n,
            ({ } m, { } n, BinaryOperatorKind.Subtract) => m - n,
            ({ } m, { } n, BinaryOperatorKind.Multiply) => m * n,
            _ => null,
        };
        return new(type, $"({a.Text} {symbol} {b.Text})", null, type == ScalarType.Int ? size : null);
    }

    public static Scalar And(Scalar a, Scalar b) => Binary(BinaryOperatorKind.ConditionalAnd, a, b)!;

    public static Scalar Not(Scalar a) => Negate(UnaryOperatorKind.Not, a)!;

    static bool IsComparison(BinaryOperatorKind kind) => kind is BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals
        or BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual;

    static string? Spelling(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.Add => "+",
        BinaryOperatorKind.Subtract => "-",
        BinaryOperatorKind.Multiply => "*",
        BinaryOperatorKind.Divide => "/",
        BinaryOperatorKind.Remainder => "%",
        BinaryOperatorKind.Equals => "==",
        BinaryOperatorKind.NotEquals => "!=",
        BinaryOperatorKind.LessThan => "<",
        BinaryOperatorKind.LessThanOrEqual => "<=",
        BinaryOperatorKind.GreaterThan => ">",
        BinaryOperatorKind.GreaterThanOrEqual => ">=",
        BinaryOperatorKind.ConditionalAnd => "&&",
        BinaryOperatorKind.ConditionalOr => "||",
        BinaryOperatorKind.And => "&",
        BinaryOperatorKind.Or => "|",
        BinaryOperatorKind.ExclusiveOr => "^",
        _ => null,
    };

    static object? Fold(BinaryOperatorKind kind, object a, object b) => (a, b) switch
    {
        (int x, int y) => kind switch
        {
            BinaryOperatorKind.Add => unchecked(x + y),
            BinaryOperatorKind.Subtract => unchecked(x - y),
            BinaryOperatorKind.Multiply => unchecked(x * y),
            BinaryOperatorKind.Remainder when y is not (0 or -1) => x % y,
            BinaryOperatorKind.And => x & y,
            BinaryOperatorKind.Or => x | y,
            BinaryOperatorKind.ExclusiveOr => x ^ y,
            _ => Compare(kind, x, y),
        },
        (float x, float y) => kind switch
        {
            BinaryOperatorKind.Add => x + y,
            BinaryOperatorKind.Subtract => x - y,
            BinaryOperatorKind.Multiply => x * y,
            BinaryOperatorKind.Divide => x / y,
            BinaryOperatorKind.Remainder => x % y,
            _ => Compare(kind, x, y),
        },
        (double x, double y) => kind switch
        {
            BinaryOperatorKind.Add => x + y,
            BinaryOperatorKind.Subtract => x - y,
            BinaryOperatorKind.Multiply => x * y,
            BinaryOperatorKind.Divide => x / y,
            BinaryOperatorKind.Remainder => x % y,
            _ => Compare(kind, x, y),
        },
        (bool x, bool y) => kind switch
        {
            BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.And => x && y,
            BinaryOperatorKind.ConditionalOr or BinaryOperatorKind.Or => x || y,
            BinaryOperatorKind.ExclusiveOr or BinaryOperatorKind.NotEquals => x != y,
            BinaryOperatorKind.Equals => x == y,
            _ => null,
        },
        _ => null,
    };

    static object? Compare(BinaryOperatorKind kind, double x, double y) => kind switch
    {
        BinaryOperatorKind.Equals => x == y,
        BinaryOperatorKind.NotEquals => x != y,
        BinaryOperatorKind.LessThan => x < y,
        BinaryOperatorKind.LessThanOrEqual => x <= y,
        BinaryOperatorKind.GreaterThan => x > y,
        BinaryOperatorKind.GreaterThanOrEqual => x >= y,
        _ => null,
    };

    static string Keyword(ScalarType type) => type switch
    {
        ScalarType.Double => "double",
        ScalarType.Float => "float",
        ScalarType.Int => "int",
        _ => "bool",
    };

    // shortest text that reads back as the same number, whatever the culture
    static string Text(double value)
    {
        if (double.IsNaN(value)) return "double.NaN";
        if (double.IsInfinity(value)) return value > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity";
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        if (double.Parse(text, CultureInfo.InvariantCulture) != value) text = value.ToString("G17", CultureInfo.InvariantCulture);
        if (!text.Any(c => c is '.' or 'E')) text += ".0";
        return text[0] == '-' ? $"({text})" : text;
    }

    /// <summary>A name as C# can always read it back.</summary>
    public static string Identifier(string name)
        => SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None ? $"@{name}" : name;
}
