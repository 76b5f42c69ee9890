namespace Recurve;

/// <summary>The error function and its complement in double precision (Abramowitz and Stegun 7.1.6 and 7.1.14).</summary>
static class ErrorFunction
{
    const double TwoOverSqrtPi = 1.12837916709551257390;
    const double InverseSqrtPi = 0.56418958354775628695;

    // Left of it the series has few terms and no cancellation, right of it the continued fraction is short.
    const double Border = 2;

    /// <summary>2/√π ∫₀ˣ e^(−t²) dt; relative error below 2e-15.</summary>
    public static double Erf(double x)
    {
        double size = Math.Abs(x);
        return double.IsNaN(x) ? x : Math.CopySign(size < Border ? Series(size) : 1 - Fraction(size), x);
    }

    /// <summary>1 − erf(x), without cancellation on the far right.</summary>
    public static double Erfc(double x)
        => double.IsNaN(x) ? x : x >= Border ? Fraction(x) : x > -Border ? 1 - Math.CopySign(Series(Math.Abs(x)), x) : 2 - Fraction(-x);

    /// <summary>2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)), for x ≥ 0.</summary>
    static double Series(double x)
    {
        double term = x, sum = x;
        for (int n = 1; term > sum * 1e-17; n++) sum += term *= 2 * x * x / (2 * n + 1);
        return TwoOverSqrtPi * Gauss(x) * sum;
    }

    /// <summary>e^(−x²)/√π · 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))), from the far end.</summary>
    static double Fraction(double x)
    {
        if (x > 28) return 0; // below the smallest double
        double tail = x;
        for (int n = 60; n >= 1; n--) tail = x + 0.5 * n / tail;
        return InverseSqrtPi * Gauss(x) / tail;
    }

    /// <summary>e^(−x²), with the rounding of x² made good.</summary>
    static double Gauss(double x)
    {
        double square = x * x;
        return Math.Exp(-square) * (1 - Math.FusedMultiplyAdd(x, x, -square));
    }
}
