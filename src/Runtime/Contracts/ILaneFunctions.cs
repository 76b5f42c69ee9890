using Recurve.Kernels.Lanes;

namespace Recurve.Contracts;

// The elementary functions of a lane, for every lane the same: bodies spell them V.Sigmoid(x). The bounds are over all finite
// arguments unless said otherwise and are tested on every width; NaN gives NaN unless said otherwise.
public unsafe partial interface ILane<V>
{
    /// <summary>1 / (1 + e^−x); relative error ≤ 2e-7 where the result is at least 2e-38.</summary>
    static virtual V Sigmoid(V x) => LaneMath.Sigmoid(x);

    /// <summary>Hyperbolic tangent; relative error ≤ 3e-7.</summary>
    static virtual V Tanh(V x) => LaneMath.Tanh(x);

    /// <summary>e^x; relative error ≤ 1.2e-7 where the result is a normal number, correctly scaled below; infinite above 88.72.</summary>
    static virtual V Exp(V x) => LaneMath.Exp(x);

    /// <summary>Natural logarithm; relative error ≤ 1.5e-7; −∞ at 0, NaN below.</summary>
    static virtual V Log(V x) => LaneMath.Log(x);

    /// <summary>log(1 + x); relative error ≤ 2.5e-7.</summary>
    static virtual V Log1p(V x) => LaneMath.Log1p(x);

    /// <summary>1 / sqrt(x), two roundings.</summary>
    static virtual V Rsqrt(V x) => LaneMath.Rsqrt(x);

    /// <summary>x · x.</summary>
    static virtual V Square(V x) => LaneMath.Square(x);

    /// <summary>Absolute value.</summary>
    static virtual V Abs(V x) => LaneMath.Abs(x);

    /// <summary>−1, 0 or 1; 0 for NaN, as PyTorch.</summary>
    static virtual V Sign(V x) => LaneMath.Sign(x);

    /// <summary>Sine; absolute error ≤ 1.2e-7, relative near 0.</summary>
    static virtual V Sin(V x) => LaneMath.Sin(x);

    /// <summary>Cosine; absolute error ≤ 1.2e-7.</summary>
    static virtual V Cos(V x) => LaneMath.Cos(x);

    /// <summary>max(x, 0).</summary>
    static virtual V Relu(V x) => LaneMath.Relu(x);

    /// <summary>x · sigmoid(x); relative error ≤ 3e-7 above −87.</summary>
    static virtual V Silu(V x) => LaneMath.Silu(x);

    /// <summary>x Φ(x) with the normal distribution function (erf form); error ≤ 2e-7 · max(|x|, 1).</summary>
    static virtual V Gelu(V x) => LaneMath.Gelu(x);

    /// <summary>log(1 + e^x); relative error ≤ 3e-7 above −87.</summary>
    static virtual V Softplus(V x) => LaneMath.Softplus(x);

    /// <summary>x clamped to [−1, 1].</summary>
    static virtual V HardTanh(V x) => LaneMath.HardTanh(x);

    /// <summary>clamp(x + 3, 0, 6) / 6.</summary>
    static virtual V HardSigmoid(V x) => LaneMath.HardSigmoid(x);

    /// <summary>Error function; relative error ≤ 3e-7.</summary>
    static virtual V Erf(V x) => LaneMath.Erf(x);

    /// <summary>x &gt; 0 ? x : slope · x.</summary>
    static virtual V LeakyRelu(V x, V slope) => LaneMath.LeakyRelu(x, slope);

    /// <summary>x raised to a power; relative error ≤ 1.2e-7, special cases as <see cref="MathF.Pow"/>.</summary>
    static virtual V Pow(V x, V exponent) => LaneMath.Pow(x, exponent);

    /// <summary>The smaller; NaN if either is NaN.</summary>
    static virtual V Min(V left, V right) => LaneMath.Min(left, right);

    /// <summary>The greater; NaN if either is NaN.</summary>
    static virtual V Max(V left, V right) => LaneMath.Max(left, right);

    /// <summary>Min(Max(x, low), high); NaN if any is NaN.</summary>
    static virtual V Clamp(V x, V low, V high) => LaneMath.Clamp(x, low, high);

    /// <summary>log(e^left + e^right) without overflow; error ≤ 3e-7 · max(|result|, 1).</summary>
    static virtual V LogAddExp(V left, V right) => LaneMath.LogAddExp(left, right);
}
