using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Recurve.Kernels.Lanes;

// The elementary functions, from VectorMath512.
readonly partial struct Lane512
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Sqrt(Lane512 x) => new(Vector512.Sqrt(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Rsqrt(Lane512 x) => new(Vector512<float>.One / Vector512.Sqrt(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Square(Lane512 x) => new(x.bits * x.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Sigmoid(Lane512 x) => new(VectorMath512.Sigmoid(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Tanh(Lane512 x) => new(VectorMath512.Tanh(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Exp(Lane512 x) => new(VectorMath512.Exp(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Log(Lane512 x) => new(VectorMath512.Log(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Log1p(Lane512 x) => new(VectorMath512.Log1p(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Abs(Lane512 x) => new(VectorMath512.Abs(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Sign(Lane512 x) => new(VectorMath512.Sign(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Relu(Lane512 x) => new(VectorMath512.Relu(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Silu(Lane512 x) => new(VectorMath512.Silu(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Gelu(Lane512 x) => new(VectorMath512.Gelu(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Softplus(Lane512 x) => new(VectorMath512.Softplus(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 HardTanh(Lane512 x) => new(VectorMath512.HardTanh(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 HardSigmoid(Lane512 x) => new(VectorMath512.HardSigmoid(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Erf(Lane512 x) => new(VectorMath512.Erf(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Sin(Lane512 x) => new(VectorMath512.Sin(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Cos(Lane512 x) => new(VectorMath512.Cos(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 LeakyRelu(Lane512 x, Lane512 slope) => new(VectorMath512.LeakyRelu(x.bits, slope.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Pow(Lane512 x, Lane512 exponent) => new(VectorMath512.Pow(x.bits, exponent.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Min(Lane512 left, Lane512 right) => new(VectorMath512.Min(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Max(Lane512 left, Lane512 right) => new(VectorMath512.Max(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 LogAddExp(Lane512 left, Lane512 right) => new(VectorMath512.LogAddExp(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Clamp(Lane512 x, Lane512 low, Lane512 high) => new(VectorMath512.Min(VectorMath512.Max(x.bits, low.bits), high.bits));
}
