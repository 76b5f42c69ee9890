using System.Runtime.CompilerServices;
using Recurve.Contracts;

namespace Recurve.Benchmarks;

/// <summary>(p, q) = [c −s; s c] (p, q) + (x, y): two states per channel with no arithmetic but their own; streams c, s, x, y.</summary>
struct PlainBlock : IComposedBody
{
    public static BodySignature Signature { get; } = new(4, 0, 2, [true, true, true, true], AdjointReadsNew: false);

    public static void Step<V>(in Frame<V> x) where V : unmanaged, ILane<V>
    {
        V c = x.Stream(0), s = x.Stream(1), p = x.Old(0), q = x.Old(1);
        x.SetNew(0, c * p - s * q + x.Stream(2));
        x.SetNew(1, s * p + c * q + x.Stream(3));
    }

    public static void Map<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
    {
        V c = x.Stream(0), s = x.Stream(1);
        map.Set(0, c);
        map.Set(1, -s);
        map.Set(2, s);
        map.Set(3, c);
        map.Set(4, x.Stream(2));
        map.Set(5, x.Stream(3));
    }

    public static void AdjointMap<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
    {
        V c = x.Stream(0), s = x.Stream(1);
        map.Set(0, c);
        map.Set(1, s);
        map.Set(2, -s);
        map.Set(3, c);
        map.Set(4, 0f);
        map.Set(5, 0f);
    }

    public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>
    {
        V c = x.Stream(0), s = x.Stream(1), p = x.Old(0), q = x.Old(1), u = x.Carry(0), v = x.Carry(1);
        x.Adjoint(0, u * p + v * q);
        x.Adjoint(1, v * p - u * q);
        x.Adjoint(2, u);
        x.Adjoint(3, v);
        x.SetDelta(0, c * u + s * v);
        x.SetDelta(1, c * v - s * u);
    }
}

/// <summary>h = min(1, max(−1, a h + b)): <see cref="PlainScan"/> between bounds.</summary>
struct PlainClamped : IComposedBody
{
    public static BodySignature Signature { get; } = new(2, 0, 1, [true, true], AdjointReadsNew: false);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step<V>(in Frame<V> x) where V : unmanaged, ILane<V> => x.SetNew(0, V.Clamp(V.FusedMultiplyAdd(x.Stream(0), x.Old(0), x.Stream(1)), -1f, 1f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Map<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
    {
        map.Set(0, x.Stream(0));
        map.Set(1, x.Stream(1));
        map.Set(2, -1f);
        map.Set(3, 1f);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AdjointMap<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
    {
        V a = x.Stream(0), inner = V.FusedMultiplyAdd(a, x.Old(0), x.Stream(1));
        map.Set(0, V.Select(inner >= -1f & inner <= 1f, a, 0f));
        map.Set(1, 0f);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>
    {
        V a = x.Stream(0), p = x.Old(0), inner = V.FusedMultiplyAdd(a, p, x.Stream(1));
        V c = V.Select(inner >= -1f & inner <= 1f, x.Carry(0), 0f);
        x.Adjoint(0, c * p);
        x.Adjoint(1, c);
        x.SetDelta(0, c * a);
    }
}
