namespace Recurve;

public static partial class Functions
{
    /// <summary>max(v, 0).</summary>
    public static Vec Relu(Vec v) => Lift.Map(v, Scalar.Relu);

    /// <inheritdoc cref="Relu(Vec)"/>
    public static Mat Relu(Mat m) => Lift.Map(m, Scalar.Relu);

    /// <summary>v · sigmoid(v).</summary>
    public static Vec Silu(Vec v) => Lift.Map(v, Scalar.Silu);

    /// <inheritdoc cref="Silu(Vec)"/>
    public static Mat Silu(Mat m) => Lift.Map(m, Scalar.Silu);

    /// <summary>v · Φ(v) with the normal distribution function, by the error function.</summary>
    public static Vec Gelu(Vec v) => Lift.Map(v, Scalar.Gelu);

    /// <inheritdoc cref="Gelu(Vec)"/>
    public static Mat Gelu(Mat m) => Lift.Map(m, Scalar.Gelu);

    /// <summary>log(1 + eᵛ), without overflow.</summary>
    public static Vec Softplus(Vec v) => Lift.Map(v, Scalar.Softplus);

    /// <inheritdoc cref="Softplus(Vec)"/>
    public static Mat Softplus(Mat m) => Lift.Map(m, Scalar.Softplus);

    /// <summary>v between −1 and 1.</summary>
    public static Vec HardTanh(Vec v) => Lift.Map(v, Scalar.HardTanh);

    /// <inheritdoc cref="HardTanh(Vec)"/>
    public static Mat HardTanh(Mat m) => Lift.Map(m, Scalar.HardTanh);

    /// <summary>(v + 3) / 6 between 0 and 1, as in PyTorch.</summary>
    public static Vec HardSigmoid(Vec v) => Lift.Map(v, Scalar.HardSigmoid);

    /// <inheritdoc cref="HardSigmoid(Vec)"/>
    public static Mat HardSigmoid(Mat m) => Lift.Map(m, Scalar.HardSigmoid);

    /// <summary>v where it is positive, else <paramref name="slope"/> · v.</summary>
    public static Vec LeakyRelu(Vec v, double slope = 0.01) => Lift.Map(v, x => x > 0 ? x : slope * x);

    /// <summary>v to the power <paramref name="exponent"/>.</summary>
    public static Vec Pow(Vec v, Vec exponent) => Lift.Map(v, exponent, nameof(Pow), Math.Pow);

    /// <summary>The smaller one; NaN if either is.</summary>
    public static Vec Min(Vec a, Vec b) => Lift.Map(a, b, nameof(Min), Math.Min);

    /// <summary>The larger one; NaN if either is.</summary>
    public static Vec Max(Vec a, Vec b) => Lift.Map(a, b, nameof(Max), Math.Max);

    /// <summary>min(max(v, lo), hi): NaN stays NaN, and hi wins where lo exceeds it.</summary>
    public static Vec Clamp(Vec v, Vec lo, Vec hi)
        => Lift.Map(Lift.Map(v, lo, nameof(Clamp), Math.Max), hi, nameof(Clamp), Math.Min);

    /// <summary>log(eᵃ + eᵇ), without overflow; two times −∞ give −∞.</summary>
    public static Vec LogAddExp(Vec a, Vec b) => Lift.Map(a, b, nameof(LogAddExp), Scalar.LogAddExp);

    /// <summary>a where the mask holds, else b: the value not taken has no effect, even if it is NaN.</summary>
    public static Vec Where(Mask mask, Vec a, Vec b)
    {
        int size = Shapes.Common(Shapes.Common(mask.Size, a.Size, nameof(Where)), b.Size, nameof(Where));
        static int Step(int operandSize) => operandSize == 1 ? 0 : 1;
        int stepMask = Step(mask.Size), stepA = Step(a.Size), stepB = Step(b.Size);
        double[] result = new double[size];
        for (int i = 0; i < size; i++) result[i] = mask.Values[i * stepMask] ? a.Values[i * stepA] : b.Values[i * stepB];
        return new(result);
    }

    /// <summary>v itself; no gradient flows through.</summary>
    public static Vec StopGradient(Vec v) => v;
}
