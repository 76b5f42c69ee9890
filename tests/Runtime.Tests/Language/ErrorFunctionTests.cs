namespace Recurve.Runtime.Tests.Language;

public sealed class ErrorFunctionTests
{
    /// <summary>From the series in 120-digit arithmetic.</summary>
    [Theory]
    [InlineData(0.5, 0.47950012218695348)]
    [InlineData(1.0, 0.15729920705028513)]
    [InlineData(-1.0, 1.8427007929497148)]
    [InlineData(2.5, 0.00040695201744495897)]
    [InlineData(5.0, 1.5374597944280349e-12)]
    [InlineData(-3.0, 1.9999779095030015)]
    [InlineData(30.0, 0.0)]
    [InlineData(double.NegativeInfinity, 2.0)]
    public void The_complement_keeps_its_relative_precision(double x, double expected)
        => Assert.True(Math.Abs(ErrorFunction.Erfc(x) - expected) <= 2e-15 * expected, $"erfc({x}) = {ErrorFunction.Erfc(x):R}, expected {expected:R}");

    /// <summary>erf' = 2/√π e^(−x²), also across the border of series and fraction.</summary>
    [Fact]
    public void It_is_the_integral_of_the_bell_curve()
    {
        for (double x = -5; x <= 5; x += 1.0 / 64)
        {
            double step = 1.0 / 1024, area = 0;
            foreach (double node in (double[])[-Math.Sqrt(0.6), 0, Math.Sqrt(0.6)]) // three-point Gauss-Legendre, error below 1e-20 here
                area += (node == 0 ? 8 : 5) / 9.0 * Math.Exp(-Math.Pow(x + node * step / 2, 2)) * step / 2;
            double difference = ErrorFunction.Erf(x + step / 2) - ErrorFunction.Erf(x - step / 2);
            Assert.Equal(2 / Math.Sqrt(Math.PI) * area, difference, 1e-15);
        }
    }
}
