using Recurve.Contracts;

namespace Recurve.Kernels.Sliced;

/// <summary>A linear recurrence as a body whose steps are maps.</summary>
internal readonly struct ScanSteps<TBody> : IComposedBody where TBody : struct, IScanBody
{
    public static BodySignature Signature => TBody.Signature;

    public static void Step<V>(in Frame<V> x) where V : unmanaged, ILane<V>
    {
        TBody.Coefficients(x, out V a, out V b);
        var p = x.Old(0);
        var s = V.FusedMultiplyAdd(a, p, b);
        x.SetNew(0, s);
        TBody.Outputs(x, p, s);
    }

    public static void Map<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
    {
        TBody.Coefficients(x, out V a, out V b);
        map.Set(0, a);
        map.Set(1, b);
    }

    public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V> => x.SetDelta(0, TBody.Adjoint(x, x.Old(0), x.New(0), x.Carry(0)));

    public static void AdjointMap<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
    {
        TBody.AdjointCoefficients(x, x.Old(0), x.New(0), out V a, out V r);
        map.Set(0, a);
        map.Set(1, r);
    }
}
