using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Recurve.Kernels.Lanes;

// The elementary functions, from VectorMath256.
readonly partial struct Lane256
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Sqrt(Lane256 x) => new(Vector256.Sqrt(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Rsqrt(Lane256 x) => new(Vector256<float>.One / Vector256.Sqrt(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Square(Lane256 x) => new(x.bits * x.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Sigmoid(Lane256 x) => new(VectorMath256.Sigmoid(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Tanh(Lane256 x) => new(VectorMath256.Tanh(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Exp(Lane256 x) => new(VectorMath256.Exp(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Log(Lane256 x) => new(VectorMath256.Log(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Log1p(Lane256 x) => new(VectorMath256.Log1p(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Abs(Lane256 x) => new(VectorMath256.Abs(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Sign(Lane256 x) => new(VectorMath256.Sign(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Relu(Lane256 x) => new(VectorMath256.Relu(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Silu(Lane256 x) => new(VectorMath256.Silu(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Gelu(Lane256 x) => new(VectorMath256.Gelu(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Softplus(Lane256 x) => new(VectorMath256.Softplus(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 HardTanh(Lane256 x) => new(VectorMath256.HardTanh(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 HardSigmoid(Lane256 x) => new(VectorMath256.HardSigmoid(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Erf(Lane256 x) => new(VectorMath256.Erf(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Sin(Lane256 x) => new(VectorMath256.Sin(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Cos(Lane256 x) => new(VectorMath256.Cos(x.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 LeakyRelu(Lane256 x, Lane256 slope) => new(VectorMath256.LeakyRelu(x.bits, slope.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Pow(Lane256 x, Lane256 exponent) => new(VectorMath256.Pow(x.bits, exponent.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Min(Lane256 left, Lane256 right) => new(VectorMath256.Min(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Max(Lane256 left, Lane256 right) => new(VectorMath256.Max(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 LogAddExp(Lane256 left, Lane256 right) => new(VectorMath256.LogAddExp(left.bits, right.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane256 Clamp(Lane256 x, Lane256 low, Lane256 high) => new(VectorMath256.Min(VectorMath256.Max(x.bits, low.bits), high.bits));
}
