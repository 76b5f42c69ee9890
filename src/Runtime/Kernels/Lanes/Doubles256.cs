using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Recurve.Kernels.Lanes;

/// <summary>Four numbers.</summary>
readonly unsafe struct Doubles256(Vector256<double> bits) : IDoubles<Doubles256>
{
    readonly Vector256<double> bits = bits;

    public static int Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 Create(double value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 Load(double* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Doubles256 value, double* target) => value.bits.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 Widen(float* source)
    {
        if (Avx.IsSupported) return new(Avx.ConvertToVector256Double(Vector128.Load(source)));
        return new(Vector256.Create(Vector128.WidenLower(Vector128.Load(source)), Vector128.WidenUpper(Vector128.Load(source))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Narrow(Doubles256 value, float* target)
    {
        if (Avx.IsSupported) Avx.ConvertToVector128Single(value.bits).Store(target);
        else Vector128.Narrow(value.bits.GetLower(), value.bits.GetUpper()).Store(target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 Multiply(Doubles256 left, Doubles256 right) => new(left.bits * right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 FusedMultiplyAdd(Doubles256 left, Doubles256 right, Doubles256 addend)
        => new(Vector256.FusedMultiplyAdd(left.bits, right.bits, addend.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 Window(Doubles256 low, Doubles256 high, int start) => new(start switch
    {
        1 => Vector256.ConditionalSelect(
            Vector256.Create(-1L, -1, -1, 0).AsDouble(),
            Vector256.Shuffle(low.bits, Vector256.Create(1L, 2, 3, 3)), Vector256.Shuffle(high.bits, Vector256.Create(0L))),
        2 => Vector256.Create(low.bits.GetUpper(), high.bits.GetLower()),
        _ => Vector256.ConditionalSelect(
            Vector256.Create(-1L, 0, 0, 0).AsDouble(),
            Vector256.Shuffle(low.bits, Vector256.Create(3L)), Vector256.Shuffle(high.bits, Vector256.Create(0L, 0, 1, 2))),
    });

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 RepeatFirst(Doubles256 value, int count) => new(count == 1
        ? Vector256.Shuffle(value.bits, Vector256.Create(0L))
        : Vector256.Shuffle(value.bits, Vector256.Create(0L, 1, 0, 1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 RepeatLast(Doubles256 value, int count) => new(count == 1
        ? Vector256.Shuffle(value.bits, Vector256.Create(3L))
        : Vector256.Shuffle(value.bits, Vector256.Create(2L, 3, 2, 3)));
}
