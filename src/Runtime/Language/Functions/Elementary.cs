namespace Recurve;

/// <summary>
/// What stands in a Step: <c>using static Recurve.Functions;</c>. Everything is eager and in double precision; the compiler
/// knows each function by name and differentiates it. Sizes that do not match are an <see cref="ArgumentException"/> naming both.
/// </summary>
public static partial class Functions
{
    /// <summary>1 / (1 + e⁻ᵛ).</summary>
    public static Vec Sigmoid(Vec v) => Lift.Map(v, Scalar.Sigmoid);

    /// <inheritdoc cref="Sigmoid(Vec)"/>
    public static Mat Sigmoid(Mat m) => Lift.Map(m, Scalar.Sigmoid);

    /// <summary>Hyperbolic tangent.</summary>
    public static Vec Tanh(Vec v) => Lift.Map(v, Math.Tanh);

    /// <inheritdoc cref="Tanh(Vec)"/>
    public static Mat Tanh(Mat m) => Lift.Map(m, Math.Tanh);

    /// <summary>eᵛ.</summary>
    public static Vec Exp(Vec v) => Lift.Map(v, Math.Exp);

    /// <inheritdoc cref="Exp(Vec)"/>
    public static Mat Exp(Mat m) => Lift.Map(m, Math.Exp);

    /// <summary>Natural logarithm; −∞ at 0, NaN below.</summary>
    public static Vec Log(Vec v) => Lift.Map(v, Math.Log);

    /// <inheritdoc cref="Log(Vec)"/>
    public static Mat Log(Mat m) => Lift.Map(m, Math.Log);

    /// <summary>log(1 + v), accurate near 0.</summary>
    public static Vec Log1p(Vec v) => Lift.Map(v, Scalar.Log1p);

    /// <inheritdoc cref="Log1p(Vec)"/>
    public static Mat Log1p(Mat m) => Lift.Map(m, Scalar.Log1p);

    /// <summary>Square root; NaN below 0.</summary>
    public static Vec Sqrt(Vec v) => Lift.Map(v, Math.Sqrt);

    /// <inheritdoc cref="Sqrt(Vec)"/>
    public static Mat Sqrt(Mat m) => Lift.Map(m, Math.Sqrt);

    /// <summary>1 / √v.</summary>
    public static Vec Rsqrt(Vec v) => Lift.Map(v, Scalar.Rsqrt);

    /// <inheritdoc cref="Rsqrt(Vec)"/>
    public static Mat Rsqrt(Mat m) => Lift.Map(m, Scalar.Rsqrt);

    /// <summary>v².</summary>
    public static Vec Square(Vec v) => Lift.Map(v, Scalar.Square);

    /// <inheritdoc cref="Square(Vec)"/>
    public static Mat Square(Mat m) => Lift.Map(m, Scalar.Square);

    /// <summary>Magnitude.</summary>
    public static Vec Abs(Vec v) => Lift.Map(v, Math.Abs);

    /// <inheritdoc cref="Abs(Vec)"/>
    public static Mat Abs(Mat m) => Lift.Map(m, Math.Abs);

    /// <summary>1, 0 or −1.</summary>
    public static Vec Sign(Vec v) => Lift.Map(v, Scalar.Sign);

    /// <inheritdoc cref="Sign(Vec)"/>
    public static Mat Sign(Mat m) => Lift.Map(m, Scalar.Sign);

    /// <summary>Sine of an angle in radians.</summary>
    public static Vec Sin(Vec v) => Lift.Map(v, Math.Sin);

    /// <inheritdoc cref="Sin(Vec)"/>
    public static Mat Sin(Mat m) => Lift.Map(m, Math.Sin);

    /// <summary>Cosine of an angle in radians.</summary>
    public static Vec Cos(Vec v) => Lift.Map(v, Math.Cos);

    /// <inheritdoc cref="Cos(Vec)"/>
    public static Mat Cos(Mat m) => Lift.Map(m, Math.Cos);

    /// <summary>Error function, 2/√π ∫₀ᵛ e^(−t²) dt.</summary>
    public static Vec Erf(Vec v) => Lift.Map(v, ErrorFunction.Erf);

    /// <inheritdoc cref="Erf(Vec)"/>
    public static Mat Erf(Mat m) => Lift.Map(m, ErrorFunction.Erf);
}
