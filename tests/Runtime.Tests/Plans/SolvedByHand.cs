using Recurve.Contracts;
using static Recurve.Functions;

namespace Recurve.Runtime.Tests.Plans;

/// <summary>h = tanh(u h + x), by Newton's method; c = relu(w c + h), Clamped.</summary>
internal sealed class SolvedByHand : HandWrittenCell
{
    readonly int units;
    readonly Vec u, w;

    public SolvedByHand(int units)
    {
        this.units = units;
        (u, w) = (Weight("u", units), Weight("w", units));
        State("h", units, trained: true);
        State("c", units);
    }

    protected override (string, int)[] Inputs => [("x", units)];

    protected override (string, int)[] Outputs => [("h", units), ("c", units)];

    protected override void Step(Vec[] x, Vec[] y)
    {
        y[0] = this["h"] = Tanh(u * this["h"] + x[0]);
        y[1] = this["c"] = Relu(w * this["c"] + this["h"]);
    }

    protected override void Plan(PlanBuilder plan)
    {
        var h = plan.Newton<Squashed>([0], [plan.Field(0), plan.Input(0)], 1e-6, 50);
        var c = plan.Clamped<Rectified>(1, [plan.Field(1), h.New[0]]);
        plan.Output(0, h.New[0]);
        plan.Output(1, c.New[0]);
    }

    readonly struct Squashed : INewtonBody
    {
        public static BodySignature Signature { get; } = new(2, 0, 1, [true, true]);

        public static void Step<V>(in Frame<V> x) where V : unmanaged, ILane<V> => x.SetNew(0, V.Tanh(x.Stream(0) * x.Old(0) + x.Stream(1)));

        public static void Linearised<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
        {
            var s = V.Tanh(x.Stream(0) * x.Old(0) + x.Stream(1));
            var slope = (1f - s * s) * x.Stream(0);
            map.Set(0, slope);
            map.Set(1, s - slope * x.Old(0));
        }

        public static void AdjointMap<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
        {
            map.Set(0, (1f - x.New(0) * x.New(0)) * x.Stream(0));
            map.Set(1, 0f);
        }

        public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>
        {
            var inner = x.Carry(0) * (1f - x.New(0) * x.New(0));
            x.SetDelta(0, inner * x.Stream(0));
            x.Adjoint(0, inner * x.Old(0));
            x.Adjoint(1, inner);
        }
    }

    readonly struct Rectified : IComposedBody
    {
        public static BodySignature Signature { get; } = new(2, 0, 1, [true, true]);

        public static void Step<V>(in Frame<V> x) where V : unmanaged, ILane<V> => x.SetNew(0, V.Relu(x.Stream(0) * x.Old(0) + x.Stream(1)));

        public static void Map<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
        {
            map.Set(0, x.Stream(0));
            map.Set(1, x.Stream(1));
            map.Set(2, 0f);
            map.Set(3, float.PositiveInfinity);
        }

        public static void AdjointMap<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
        {
            map.Set(0, V.Select(x.New(0) > 0f, x.Stream(0), 0f));
            map.Set(1, 0f);
        }

        public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>
        {
            var inner = V.Select(x.New(0) > 0f, x.Carry(0), 0f);
            x.SetDelta(0, inner * x.Stream(0));
            x.Adjoint(0, inner * x.Old(0));
            x.Adjoint(1, inner);
        }
    }
}
