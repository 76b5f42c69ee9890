using System.Runtime.CompilerServices;
using Recurve.Kernels.Lanes;

namespace Recurve.Kernels.Scan;

/// <summary>s = a p + b for rows of one or two channels, several to a register: all prefixes of its maps, by doubling. The hot loop.</summary>
internal static unsafe class Prefix<D> where D : unmanaged, IDoubles<D>
{
    /// <param name="carry">The state before, in every row of a register; receives that after.</param>
    /// <param name="factors">a, at the first register walked.</param>
    /// <param name="offsets">b.</param>
    /// <param name="states">Receives s.</param>
    /// <param name="registers">How many.</param>
    /// <param name="width">Channels, at most half a register.</param>
    /// <param name="ascends">Upwards in memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run(double* carry, float* factors, float* offsets, float* states, nint registers, int width, bool ascends)
    {
        if (width == 1 && ascends) Run(carry, factors, offsets, states, registers, 1, true, D.Width);
        else if (width == 1) Run(carry, factors, offsets, states, registers, 1, false, -D.Width);
        else if (ascends) Run(carry, factors, offsets, states, registers, 2, true, D.Width);
        else Run(carry, factors, offsets, states, registers, 2, false, -D.Width);
    }

    // width and direction are literals in each of the loops
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Run(double* carry, float* factors, float* offsets, float* states, nint registers, int width, bool ascends, nint stride)
    {
        var p = D.Load(carry);
        for (; registers > 0; registers--, factors += stride, offsets += stride, states += stride)
        {
            D a = D.Widen(factors), b = D.Widen(offsets);
            Extend(ref a, ref b, width, ascends);
            if (2 * width < D.Width) Extend(ref a, ref b, 2 * width, ascends);
            if (4 * width < D.Width) Extend(ref a, ref b, 4 * width, ascends);
            var s = D.FusedMultiplyAdd(a, p, b);
            D.Narrow(s, states);
            p = ascends ? D.RepeatLast(s, width) : D.RepeatFirst(s, width);
        }
        D.Store(p, carry);
    }

    /// <summary>Every map after the one <paramref name="distance"/> numbers before it in the order of the walk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Extend(ref D a, ref D b, int distance, bool ascends)
    {
        D zero = D.Create(0), one = D.Create(1);
        b = D.FusedMultiplyAdd(a, ascends ? D.Window(zero, b, D.Width - distance) : D.Window(b, zero, distance), b);
        a = D.Multiply(a, ascends ? D.Window(one, a, D.Width - distance) : D.Window(a, one, distance));
    }
}

/// <summary>s = a p + b row after row, in one register or in two. The hot loop.</summary>
internal static unsafe class SerialRows<D> where D : unmanaged, IDoubles<D>
{
    /// <param name="carry">The state before; receives that after.</param>
    /// <param name="factors">a, at the first row walked.</param>
    /// <param name="offsets">b.</param>
    /// <param name="states">Receives s.</param>
    /// <param name="rows">How many.</param>
    /// <param name="stride">Floats from a row to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run(double* carry, float* factors, float* offsets, float* states, nint rows, nint stride)
    {
        var s = D.Load(carry);
        for (; rows > 0; rows--, factors += stride, offsets += stride, states += stride)
        {
            s = D.FusedMultiplyAdd(D.Widen(factors), s, D.Widen(offsets));
            D.Narrow(s, states);
        }
        D.Store(s, carry);
    }

    /// <summary>The same with a second register <paramref name="second"/> floats behind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run(double* carry, double* secondCarry, float* factors, float* offsets, float* states, nint second, nint rows, nint stride)
    {
        D s = D.Load(carry), t = D.Load(secondCarry);
        for (; rows > 0; rows--, factors += stride, offsets += stride, states += stride)
        {
            s = D.FusedMultiplyAdd(D.Widen(factors), s, D.Widen(offsets));
            t = D.FusedMultiplyAdd(D.Widen(factors + second), t, D.Widen(offsets + second));
            D.Narrow(s, states);
            D.Narrow(t, states + second);
        }
        D.Store(s, carry);
        D.Store(t, secondCarry);
    }
}
