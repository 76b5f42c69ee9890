using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Recurve.Kernels.Lanes;

// The elementary functions, from VectorMath128.
readonly partial struct Lane128
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Sqrt(Lane128 x) => new(Vector128.Sqrt(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Rsqrt(Lane128 x) => new(Vector128<float>.One / Vector128.Sqrt(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Square(Lane128 x) => new(x.bits * x.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Sigmoid(Lane128 x) => new(VectorMath128.Sigmoid(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Tanh(Lane128 x) => new(VectorMath128.Tanh(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Exp(Lane128 x) => new(VectorMath128.Exp(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Log(Lane128 x) => new(VectorMath128.Log(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Log1p(Lane128 x) => new(VectorMath128.Log1p(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Abs(Lane128 x) => new(VectorMath128.Abs(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Sign(Lane128 x) => new(VectorMath128.Sign(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Relu(Lane128 x) => new(VectorMath128.Relu(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Silu(Lane128 x) => new(VectorMath128.Silu(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Gelu(Lane128 x) => new(VectorMath128.Gelu(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Softplus(Lane128 x) => new(VectorMath128.Softplus(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 HardTanh(Lane128 x) => new(VectorMath128.HardTanh(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 HardSigmoid(Lane128 x) => new(VectorMath128.HardSigmoid(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Erf(Lane128 x) => new(VectorMath128.Erf(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Sin(Lane128 x) => new(VectorMath128.Sin(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Cos(Lane128 x) => new(VectorMath128.Cos(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 LeakyRelu(Lane128 x, Lane128 slope) => new(VectorMath128.LeakyRelu(x.bits, slope.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Pow(Lane128 x, Lane128 exponent) => new(VectorMath128.Pow(x.bits, exponent.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Min(Lane128 left, Lane128 right) => new(VectorMath128.Min(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Max(Lane128 left, Lane128 right) => new(VectorMath128.Max(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 LogAddExp(Lane128 left, Lane128 right) => new(VectorMath128.LogAddExp(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane128 Clamp(Lane128 x, Lane128 low, Lane128 high) => new(VectorMath128.Min(VectorMath128.Max(x.bits, low.bits), high.bits));
}
