using System.Runtime.CompilerServices;
using Recurve.Contracts;

namespace Recurve.Kernels.Lanes;

static partial class LaneMath
{
    /// <summary>x + x P(x²) up to 0.93, 1 − e^(−t − t Q(t)) with t = |x| above; both fits have an own error below 2e-8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Erf<V>(V x) where V : unmanaged, ILane<V>
    {
        V sign = x & V.CreateBits(int.MinValue);
        V t = V.SmallerElseRight(V.Create(4f), V.XorBits(x, sign));

        V square = t * t;
        V p = V.Create(-0.0005931902f);
        p = V.FusedMultiplyAdd(p, square, V.Create(0.0049821576f));
        p = V.FusedMultiplyAdd(p, square, V.Create(-0.026759591f));
        p = V.FusedMultiplyAdd(p, square, V.Create(0.1128164f));
        p = V.FusedMultiplyAdd(p, square, V.Create(-0.3761248f));
        p = V.FusedMultiplyAdd(p, square, V.Create(0.12837915f));
        V near = V.FusedMultiplyAdd(p, t, t);

        V q = V.Create(-0.00021398495f);
        q = V.FusedMultiplyAdd(q, t, V.Create(0.0032149556f));
        q = V.FusedMultiplyAdd(q, t, V.Create(-0.022889964f));
        q = V.FusedMultiplyAdd(q, t, V.Create(0.10526184f));
        q = V.FusedMultiplyAdd(q, t, V.Create(0.6357183f));
        q = V.FusedMultiplyAdd(q, t, V.Create(0.12851436f));
        V far = V.Create(1f) - Exp(-V.FusedMultiplyAdd(q, t, t));

        return V.Select(t < V.Create(0.93f), near, far) | sign;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gelu<V>(V x) where V : unmanaged, ILane<V>
        => V.Create(0.5f) * x * (V.Create(1f) + Erf(x * V.Create(0.70710678f)));
}
