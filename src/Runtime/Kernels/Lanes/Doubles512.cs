using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Recurve.Kernels.Lanes;

/// <summary>Eight numbers.</summary>
readonly unsafe struct Doubles512(Vector512<double> bits) : IDoubles<Doubles512>
{
    readonly Vector512<double> bits = bits;

    public static int Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 8;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 Create(double value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 Load(double* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Doubles512 value, double* target) => value.bits.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 Widen(float* source)
    {
        if (Avx512F.IsSupported) return new(Avx512F.ConvertToVector512Double(Vector256.Load(source)));
        return new(Vector512.Create(Vector256.WidenLower(Vector256.Load(source)), Vector256.WidenUpper(Vector256.Load(source))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Narrow(Doubles512 value, float* target)
    {
        if (Avx512F.IsSupported) Avx512F.ConvertToVector256Single(value.bits).Store(target);
        else Vector256.Narrow(value.bits.GetLower(), value.bits.GetUpper()).Store(target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 Multiply(Doubles512 left, Doubles512 right) => new(left.bits * right.bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 FusedMultiplyAdd(Doubles512 left, Doubles512 right, Doubles512 addend)
        => new(Vector512.FusedMultiplyAdd(left.bits, right.bits, addend.bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 Window(Doubles512 low, Doubles512 high, int start)
    {
        if (!Avx512F.IsSupported) return WindowInMemory(low, high, start);
        Vector512<long> first = low.bits.AsInt64(), second = high.bits.AsInt64();
        return new((start switch
        {
            1 => Avx512F.AlignRight64(second, first, 1),
            2 => Avx512F.AlignRight64(second, first, 2),
            4 => Avx512F.AlignRight64(second, first, 4),
            6 => Avx512F.AlignRight64(second, first, 6),
            _ => Avx512F.AlignRight64(second, first, 7),
        }).AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 RepeatFirst(Doubles512 value, int count) => new(count == 1
        ? Vector512.Shuffle(value.bits, Vector512.Create(0L))
        : Vector512.Shuffle(value.bits, Vector512.Create(0L, 1, 0, 1, 0, 1, 0, 1)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 RepeatLast(Doubles512 value, int count) => new(count == 1
        ? Vector512.Shuffle(value.bits, Vector512.Create(7L))
        : Vector512.Shuffle(value.bits, Vector512.Create(6L, 7, 6, 7, 6, 7, 6, 7)));

    [MethodImpl(MethodImplOptions.NoInlining)]
    static Doubles512 WindowInMemory(Doubles512 low, Doubles512 high, int start)
    {
        var both = stackalloc double[16];
        Store(low, both);
        Store(high, both + 8);
        return Load(both + start);
    }
}
