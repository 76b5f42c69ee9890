using System.Runtime.CompilerServices;
using Recurve.Contracts;

namespace Recurve.Kernels.Lanes;

static partial class LaneMath
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log<V>(V x) where V : unmanaged, ILane<V>
    {
        V one = V.Create(1f);
        V small = x < V.Create(1.17549435e-38f);
        V normal = V.Select(small, x * V.Create(8388608f), x);

        // normal = 2^k (1 + f) with 1 + f in [sqrt ½, sqrt 2)
        V shifted = V.AddBits(normal, V.CreateBits(0x3f800000 - 0x3f3504f3));
        V k = V.FromIntegerBits(V.AddBits(V.ShiftBitsRight(shifted, 23), V.CreateBits(-127))) - (small & V.Create(23f));
        V f = V.AddBits(shifted & V.CreateBits(0x007fffff), V.CreateBits(0x3f3504f3)) - one;

        V p = V.Create(-0.07859617f);
        p = V.FusedMultiplyAdd(p, f, V.Create(0.1288165f));
        p = V.FusedMultiplyAdd(p, f, V.Create(-0.13128754f));
        p = V.FusedMultiplyAdd(p, f, V.Create(0.14181192f));
        p = V.FusedMultiplyAdd(p, f, V.Create(-0.16624554f));
        p = V.FusedMultiplyAdd(p, f, V.Create(0.20002286f));
        p = V.FusedMultiplyAdd(p, f, V.Create(-0.2500081f));
        p = V.FusedMultiplyAdd(p, f, V.Create(0.33333316f));
        V square = f * f;
        V tail = V.FusedMultiplyAdd(V.FusedMultiplyAdd(p, f, V.Create(-0.5f)), square, k * V.Create(Ln2Low));
        V result = V.FusedMultiplyAdd(k, V.Create(Ln2High), f + tail);

        // +∞ and NaN stay what they are, 0 gives −∞, negative numbers NaN.
        result = V.Select(x < V.Create(float.PositiveInfinity), result, x);
        result = V.Select(V.AreEqual(x, V.Create(0f)), V.Create(float.NegativeInfinity), result);
        return V.Select(x < V.Create(0f), V.Create(float.NaN), result);
    }

    /// <summary>log u with u = 1 + x rounded, and what the rounding lost divided by u.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log1p<V>(V x) where V : unmanaged, ILane<V>
    {
        V u = V.Create(1f) + x;
        V lost = x - (u - V.Create(1f));
        V usable = (u > V.Create(0f)) & (u < V.Create(float.PositiveInfinity));
        return V.Select(V.AreEqual(u, V.Create(1f)), x, Log(u) + (usable & (lost / u)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Softplus<V>(V x) where V : unmanaged, ILane<V>
        => V.GreaterElseRight(V.Create(0f), x) + Log1p(Exp(-Abs(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LogAddExp<V>(V left, V right) where V : unmanaged, ILane<V>
    {
        // Equal infinities have no difference.
        V difference = V.Select(V.AreEqual(left, right), V.Create(0f), -Abs(left - right));
        return Max(left, right) + Log1p(Exp(difference));
    }

    /// <summary>Element by element in the base library, except for the exponents that people write.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Pow<V>(V x, V exponent) where V : unmanaged, ILane<V>
        => !V.Any(~V.AreEqual(exponent, V.Create(2f))) ? x * x
         : !V.Any(~V.AreEqual(exponent, V.Create(1f))) ? x
         : PowByElement(x, exponent);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static unsafe V PowByElement<V>(V x, V exponent) where V : unmanaged, ILane<V>
    {
        float* bases = stackalloc float[V.Width], exponents = stackalloc float[V.Width];
        V.Store(x, bases);
        V.Store(exponent, exponents);
        for (int i = 0; i < V.Width; i++) bases[i] = MathF.Pow(bases[i], exponents[i]);
        return V.Load(bases);
    }
}
