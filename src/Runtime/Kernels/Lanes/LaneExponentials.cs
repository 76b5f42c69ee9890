using System.Runtime.CompilerServices;
using Recurve.Contracts;

namespace Recurve.Kernels.Lanes;

static partial class LaneMath
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<V>(V x) where V : unmanaged, ILane<V>
    {
        // Beyond these ends the result is 0 or infinite whatever x is; NaN passes.
        x = ClampFixed(x, -105f, 90f);
        V n = V.Round(x * V.Create(Log2E));
        return V.Scale(V.Create(1f) + ReducedExpMinusOne(Reduce(x, n)), n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<V>(V x) where V : unmanaged, ILane<V> => V.Create(1f) / (V.Create(1f) + Exp(-x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Silu<V>(V x) where V : unmanaged, ILane<V> => x / (V.Create(1f) + Exp(-x));

    /// <summary>(e^2|x| − 1) / (e^2|x| + 1) with the numerator computed as such, so that small arguments keep their digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<V>(V x) where V : unmanaged, ILane<V>
    {
        V sign = x & V.CreateBits(int.MinValue);
        V twice = V.SmallerElseRight(V.Create(20f), V.XorBits(x, sign) * V.Create(2f));
        V n = V.Round(twice * V.Create(Log2E));
        V power = PowerOfTwo(n);
        V minusOne = V.FusedMultiplyAdd(power, ReducedExpMinusOne(Reduce(twice, n)), power - V.Create(1f));
        return minusOne / (minusOne + V.Create(2f)) | sign;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Reduce<V>(V x, V n) where V : unmanaged, ILane<V>
        => V.FusedMultiplyAdd(n, V.Create(-Ln2Low), V.FusedMultiplyAdd(n, V.Create(-Ln2High), x));

    /// <summary>e^r − 1 for |r| ≤ ln 2 / 2; the polynomial's own relative error is 1.4e-8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V ReducedExpMinusOne<V>(V r) where V : unmanaged, ILane<V>
    {
        V p = V.Create(0.0013946554f);
        p = V.FusedMultiplyAdd(p, r, V.Create(0.008366644f));
        p = V.FusedMultiplyAdd(p, r, V.Create(0.04166628f));
        p = V.FusedMultiplyAdd(p, r, V.Create(0.16666542f));
        p = V.FusedMultiplyAdd(p, r, V.Create(0.5f));
        return V.FusedMultiplyAdd(p, r * r, r);
    }

    /// <summary>2^n for an integer n in [−126, 127].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V PowerOfTwo<V>(V n) where V : unmanaged, ILane<V>
        => V.ShiftBitsLeft(V.AddBits(V.ToIntegerBits(n), V.CreateBits(127)), 23);

    /// <summary>value · 2^n by two powers of two; the first product is exact, so the result is rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ScaleInTwoSteps<V>(V value, V n) where V : unmanaged, ILane<V>
    {
        V bits = V.ToIntegerBits(n), bias = V.CreateBits(127);
        V half = V.ShiftBitsRight(bits, 1);
        V rest = V.AddBits(bits, V.AddBits(~half, V.CreateBits(1)));
        V first = V.ShiftBitsLeft(V.AddBits(half, bias), 23), second = V.ShiftBitsLeft(V.AddBits(rest, bias), 23);
        return value * first * second;
    }
}
