using System.Globalization;
using System.Text;

namespace Recurve.Generator.Emit;

/// <summary>The only way to print a number or text into generated code: reads back as the same value whatever the culture.</summary>
internal static class Literal
{
    /// <summary>A float: <c>0.5f</c>.</summary>
    public static string Float(double value)
    {
        var number = (float)value;
        if (float.IsNaN(number)) return "float.NaN";
        if (float.IsInfinity(number)) return number > 0 ? "float.PositiveInfinity" : "float.NegativeInfinity";
        if (number == 0) return IsNegative(value) ? "-0f" : "0f";
        return Shortest(digits => string.Format(CultureInfo.InvariantCulture, $"{{0:G{digits}}}", number), 6, 9,
            text => float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture).Equals(number)) + "f";
    }

    /// <summary>A number of a device body: <c>0.5f</c>; a whole one keeps its point.</summary>
    public static string Device(double value)
    {
        var text = Float(value);
        if (text.StartsWith("float.", StringComparison.Ordinal)) return float.IsNaN((float)value) ? "NAN" : value > 0 ? "INFINITY" : "-INFINITY";
        return text.Any(c => c is '.' or 'E' or 'e') ? text : text.Insert(text.Length - 1, ".0");
    }

    /// <summary>A double: <c>0.5</c>; a whole number keeps its point.</summary>
    public static string Double(double value)
    {
        if (double.IsNaN(value)) return "double.NaN";
        if (double.IsInfinity(value)) return value > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity";
        if (value == 0) return IsNegative(value) ? "-0.0" : "0.0";
        var text = Shortest(digits => string.Format(CultureInfo.InvariantCulture, $"{{0:G{digits}}}", value), 15, 17,
            s => double.Parse(s, NumberStyles.Float, CultureInfo.InvariantCulture).Equals(value));
        return text.Any(c => c is '.' or 'E' or 'e') ? text : text + ".0";
    }

    public static string Integer(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Boolean(bool value) => value ? "true" : "false";

    /// <summary>A quoted string.</summary>
    public static string Text(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var c in value)
        {
            text.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' or '\u0085' or '\u2028' or '\u2029' => "\\u" + ((int)c).ToString("X4", CultureInfo.InvariantCulture),
                _ => c.ToString(),
            });
        }
        return text.Append('"').ToString();
    }

    // .NET Framework prints −0 as 0
    static bool IsNegative(double value) => BitConverter.DoubleToInt64Bits(value) < 0;

    static string Shortest(Func<string, string> print, int fewest, int most, Func<string, bool> same)
    {
        for (var digits = fewest; digits < most; digits++)
        {
            var text = print(Integer(digits));
            if (same(text)) return text;
        }
        return print(Integer(most));
    }
}
