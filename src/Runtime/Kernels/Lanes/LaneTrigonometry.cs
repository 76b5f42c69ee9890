using System.Runtime.CompilerServices;
using Recurve.Contracts;

namespace Recurve.Kernels.Lanes;

static partial class LaneMath
{
    /// <summary>Up to here a three-part π/2 reduces the argument without visible error; beyond, the base library is asked.</summary>
    const float TrigonometryLimit = 65536f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe V Sin<V>(V x) where V : unmanaged, ILane<V>
    {
        V result = Wave(x, 0);
        return V.Any(~(Abs(x) <= V.Create(TrigonometryLimit))) ? ReplaceBeyond(x, result, TrigonometryLimit, &MathF.Sin) : result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe V Cos<V>(V x) where V : unmanaged, ILane<V>
    {
        V result = Wave(x, 1);
        return V.Any(~(Abs(x) <= V.Create(TrigonometryLimit))) ? ReplaceBeyond(x, result, TrigonometryLimit, &MathF.Cos) : result;
    }

    /// <summary>sin(x + quarters · π/2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Wave<V>(V x, int quarters) where V : unmanaged, ILane<V>
    {
        V n = V.Round(x * V.Create(0.63661977f));
        V r = V.FusedMultiplyAdd(n, V.Create(-1.5707964f), x);
        r = V.FusedMultiplyAdd(n, V.Create(4.371139e-08f), r);
        r = V.FusedMultiplyAdd(n, V.Create(1.7151245e-15f), r);
        V square = r * r;

        V s = V.Create(-0.0001951084f);
        s = V.FusedMultiplyAdd(s, square, V.Create(0.008332131f));
        s = V.FusedMultiplyAdd(s, square, V.Create(-0.16666654f));
        V sine = V.FusedMultiplyAdd(s * square, r, r);

        V c = V.Create(2.4431205e-05f);
        c = V.FusedMultiplyAdd(c, square, V.Create(-0.0013887306f));
        c = V.FusedMultiplyAdd(c, square, V.Create(0.041666646f));
        c = V.FusedMultiplyAdd(c, square, V.Create(-0.5f));
        V cosine = V.FusedMultiplyAdd(c, square, V.Create(1f));

        V quadrant = V.AddBits(V.ToIntegerBits(n), V.CreateBits(quarters));
        V odd = V.ShiftBitsRight(V.ShiftBitsLeft(quadrant, 31), 31);
        V flip = V.ShiftBitsLeft(quadrant & V.CreateBits(2), 30);
        return V.XorBits(V.Select(odd, cosine, sine), flip);
    }
}
