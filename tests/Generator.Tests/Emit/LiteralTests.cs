using System.Globalization;
using Recurve.Generator.Emit;

namespace Recurve.Generator.Tests.Emit;

/// <summary>Numbers and text in generated code read back as they were, whatever the culture.</summary>
public sealed class LiteralTests
{
    [Theory]
    [InlineData(0.5, "0.5f")]
    [InlineData(0.1, "0.1f")]
    [InlineData(1, "1f")]
    [InlineData(-2.5, "-2.5f")]
    [InlineData(0.0, "0f")]
    [InlineData(-0.0, "-0f")]
    [InlineData(1e30, "1E+30f")]
    [InlineData(1e-7, "1E-07f")]
    [InlineData(double.NaN, "float.NaN")]
    [InlineData(double.PositiveInfinity, "float.PositiveInfinity")]
    [InlineData(-1e300, "float.NegativeInfinity")]
    public void FloatIsShortest(double value, string expected) => Assert.Equal(expected, Literal.Float(value));

    [Theory]
    [InlineData("de-DE")]
    [InlineData("fi-FI")]
    [InlineData("ar-SA")]
    public void NumbersReadBackInAnyCulture(string culture)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            Random random = new(1);
            for (var i = 0; i < 10_000; i++)
            {
                var value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
                if (!double.IsFinite(value)) continue;
                Assert.Equal(value, double.Parse(Literal.Double(value), CultureInfo.InvariantCulture));
                var single = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
                if (float.IsFinite(single)) Assert.Equal(single, float.Parse(Literal.Float(single)[..^1], CultureInfo.InvariantCulture));
            }
            Assert.Equal("-12", Literal.Integer(-12));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void TextIsQuoted() => Assert.Equal("\"a\\\"b\\\\c\\n\\u0001\\u2028\"", Literal.Text("a\"b\\c\n\u0001\u2028"));
}
