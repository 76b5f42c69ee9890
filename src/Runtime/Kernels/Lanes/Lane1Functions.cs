using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Recurve.Kernels.Lanes;

// The elementary functions, from VectorMath128.
readonly partial struct Lane1
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Sqrt(Lane1 x) => new(Vector128.Sqrt(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Rsqrt(Lane1 x) => new(Vector128<float>.One / Vector128.Sqrt(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Square(Lane1 x) => new(x.bits * x.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Sigmoid(Lane1 x) => new(VectorMath128.Sigmoid(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Tanh(Lane1 x) => new(VectorMath128.Tanh(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Exp(Lane1 x) => new(VectorMath128.Exp(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Log(Lane1 x) => new(VectorMath128.Log(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Log1p(Lane1 x) => new(VectorMath128.Log1p(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Abs(Lane1 x) => new(VectorMath128.Abs(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Sign(Lane1 x) => new(VectorMath128.Sign(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Relu(Lane1 x) => new(VectorMath128.Relu(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Silu(Lane1 x) => new(VectorMath128.Silu(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Gelu(Lane1 x) => new(VectorMath128.Gelu(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Softplus(Lane1 x) => new(VectorMath128.Softplus(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 HardTanh(Lane1 x) => new(VectorMath128.HardTanh(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 HardSigmoid(Lane1 x) => new(VectorMath128.HardSigmoid(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Erf(Lane1 x) => new(VectorMath128.Erf(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Sin(Lane1 x) => new(VectorMath128.Sin(Vector128.CreateScalar(x.bits.ToScalar())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Cos(Lane1 x) => new(VectorMath128.Cos(Vector128.CreateScalar(x.bits.ToScalar())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 LeakyRelu(Lane1 x, Lane1 slope) => new(VectorMath128.LeakyRelu(x.bits, slope.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Pow(Lane1 x, Lane1 exponent) => Create(exponent.bits.ToScalar() == 2f ? x.bits.ToScalar() * x.bits.ToScalar() : MathF.Pow(x.bits.ToScalar(), exponent.bits.ToScalar()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Min(Lane1 left, Lane1 right) => new(VectorMath128.Min(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Max(Lane1 left, Lane1 right) => new(VectorMath128.Max(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 LogAddExp(Lane1 left, Lane1 right) => new(VectorMath128.LogAddExp(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane1 Clamp(Lane1 x, Lane1 low, Lane1 high) => new(VectorMath128.Min(VectorMath128.Max(x.bits, low.bits), high.bits));
}
