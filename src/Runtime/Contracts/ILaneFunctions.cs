namespace Recurve.Contracts;

// The elementary functions of a lane, for every lane the same: bodies spell them V.Sigmoid(x). The bounds are over all finite
// arguments unless said otherwise and are tested on every width; NaN gives NaN unless said otherwise.
public unsafe partial interface ILane<V>
{
    /// <summary>1 / (1 + e^−x); relative error ≤ 1.5e-7, and 0 below −88.72.</summary>
    static abstract V Sigmoid(V x);

    /// <summary>Hyperbolic tangent; relative error ≤ 2e-7.</summary>
    static abstract V Tanh(V x);

    /// <summary>e^x; relative error ≤ 1e-7 where the result is a normal number, rounded to a denormal one below; infinite above 88.72.</summary>
    static abstract V Exp(V x);

    /// <summary>Natural logarithm; relative error ≤ 1e-7; −∞ at 0, NaN below.</summary>
    static abstract V Log(V x);

    /// <summary>log(1 + x); relative error ≤ 1.5e-7.</summary>
    static abstract V Log1p(V x);

    /// <summary>Square root, correctly rounded.</summary>
    static abstract V Sqrt(V x);

    /// <summary>1 / sqrt(x), two roundings: relative error ≤ 1e-7.</summary>
    static abstract V Rsqrt(V x);

    /// <summary>x · x.</summary>
    static abstract V Square(V x);

    /// <summary>Absolute value.</summary>
    static abstract V Abs(V x);

    /// <summary>−1, 0 or 1; 0 for NaN, as PyTorch.</summary>
    static abstract V Sign(V x);

    /// <summary>Sine; absolute error ≤ 1e-7, relative for |x| &lt; 1.</summary>
    static abstract V Sin(V x);

    /// <summary>Cosine; absolute error ≤ 1e-7.</summary>
    static abstract V Cos(V x);

    /// <summary>max(x, 0).</summary>
    static abstract V Relu(V x);

    /// <summary>x · sigmoid(x); relative error ≤ 2e-7, and 0 below −88.72.</summary>
    static abstract V Silu(V x);

    /// <summary>x Φ(x) with the normal distribution function (erf form); error ≤ 1.5e-7 · max(|x|, 1).</summary>
    static abstract V Gelu(V x);

    /// <summary>log(1 + e^x); relative error ≤ 2e-7.</summary>
    static abstract V Softplus(V x);

    /// <summary>x clamped to [−1, 1].</summary>
    static abstract V HardTanh(V x);

    /// <summary>clamp(x + 3, 0, 6) / 6; absolute error ≤ 1e-7.</summary>
    static abstract V HardSigmoid(V x);

    /// <summary>Error function; relative error ≤ 1e-7.</summary>
    static abstract V Erf(V x);

    /// <summary>x &gt; 0 ? x : slope · x.</summary>
    static abstract V LeakyRelu(V x, V slope);

    /// <summary>x raised to a power; relative error ≤ 6.1e-8, special cases as <see cref="MathF.Pow"/>.</summary>
    static abstract V Pow(V x, V exponent);

    /// <summary>The smaller; NaN if either is NaN.</summary>
    static abstract V Min(V left, V right);

    /// <summary>The greater; NaN if either is NaN.</summary>
    static abstract V Max(V left, V right);

    /// <summary>Min(Max(x, low), high); NaN if any is NaN.</summary>
    static abstract V Clamp(V x, V low, V high);

    /// <summary>log(e^left + e^right) without overflow; error ≤ 2e-7 · max(|left|, |right|, 1).</summary>
    static abstract V LogAddExp(V left, V right);
}
