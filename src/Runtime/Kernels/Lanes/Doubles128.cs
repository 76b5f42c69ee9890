using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Recurve.Kernels.Lanes;

/// <summary>Two numbers.</summary>
readonly unsafe struct Doubles128(Vector128<double> bits) : IDoubles<Doubles128>
{
    readonly Vector128<double> bits = bits;

    public static int Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 Create(double value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 Load(double* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Doubles128 value, double* target) => value.bits.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 Widen(float* source) => new(Vector128.WidenLower(Vector128.Create(Vector64.Load(source), default)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Narrow(Doubles128 value, float* target) => Vector128.Narrow(value.bits, value.bits).GetLower().Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 Multiply(Doubles128 left, Doubles128 right) => new(left.bits * right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 FusedMultiplyAdd(Doubles128 left, Doubles128 right, Doubles128 addend)
        => new(Vector128.FusedMultiplyAdd(left.bits, right.bits, addend.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 Window(Doubles128 low, Doubles128 high, int start) => new(Vector128.Create(low.bits.GetUpper(), high.bits.GetLower()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 RepeatFirst(Doubles128 value, int count) => count == 1 ? new(Vector128.Shuffle(value.bits, Vector128.Create(0L))) : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 RepeatLast(Doubles128 value, int count) => count == 1 ? new(Vector128.Shuffle(value.bits, Vector128.Create(1L))) : value;
}
