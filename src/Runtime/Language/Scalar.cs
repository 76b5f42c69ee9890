namespace Recurve;

/// <summary>The activations of one number, written to be exact to a few units in the last place over the whole range.</summary>
static class Scalar
{
    const double InverseSqrt2 = 0.70710678118654752440;

    /// <summary>From the side that does not overflow, so that the far left tail keeps its relative precision.</summary>
    public static double Sigmoid(double x)
    {
        if (x >= 0) return 1 / (1 + Math.Exp(-x));
        double e = Math.Exp(x);
        return e / (1 + e);
    }

    /// <summary>log(1 + x). The factor undoes the rounding of 1 + x (Goldberg 1991, theorem 4).</summary>
    public static double Log1p(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : double.IsInfinity(u) || u == 0 ? Math.Log(u) : Math.Log(u) * (x / (u - 1));
    }

    public static double Rsqrt(double x) => 1 / Math.Sqrt(x);

    public static double Square(double x) => x * x;

    /// <summary>NaN has no sign: 0, as in PyTorch.</summary>
    public static double Sign(double x) => x > 0 ? 1 : x < 0 ? -1 : 0;

    public static double Relu(double x) => Math.Max(x, 0);

    public static double Silu(double x) => x * Sigmoid(x);

    public static double Gelu(double x) => 0.5 * x * ErrorFunction.Erfc(-x * InverseSqrt2);

    public static double Softplus(double x) => Math.Max(x, 0) + Log1p(Math.Exp(-Math.Abs(x)));

    public static double HardTanh(double x) => Math.Min(Math.Max(x, -1), 1);

    public static double HardSigmoid(double x) => Math.Min(Math.Max(x + 3, 0), 6) / 6;

    /// <summary>The larger one decides; equal infinities would give ∞ − ∞.</summary>
    public static double LogAddExp(double a, double b)
    {
        double larger = Math.Max(a, b);
        return double.IsFinite(larger) ? larger + Log1p(Math.Exp(-Math.Abs(a - b))) : larger;
    }
}
