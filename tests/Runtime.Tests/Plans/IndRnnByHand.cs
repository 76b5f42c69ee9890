using Recurve.Contracts;
using static Recurve.Functions;

namespace Recurve.Runtime.Tests.Plans;

/// <summary>Step by step within channels: h = tanh(x² + u h + h/2), an input read twice; outputs h and the square of x.</summary>
internal sealed class IndRnnByHand : HandWrittenCell
{
    readonly int units;
    readonly Vec u;

    public IndRnnByHand(int units)
    {
        this.units = units;
        u = Weight("u", units);
        State("h", units, trained: true);
    }

    protected override (string, int)[] Inputs => [("x", units)];

    protected override (string, int)[] Outputs => [("h", units), ("x", units)];

    protected override void Step(Vec[] x, Vec[] y)
    {
        y[0] = this["h"] = Tanh(x[0] * x[0] + u * this["h"] + 0.5 * this["h"]);
        y[1] = x[0];
    }

    protected override void Plan(PlanBuilder plan)
    {
        // the same input as two streams: both adjoints meet in one place
        var run = plan.Sequential<Body>([0], [plan.Input(0), plan.Input(0), plan.Field(0)], 0.5);
        plan.Output(0, run.New[0]);
        plan.Output(1, plan.Input(0));
    }

    readonly struct Body : ISequentialBody
    {
        public static BodySignature Signature { get; } = new(3, 0, 1, [true, true, true]);

        public static void Step<V>(in Frame<V> x) where V : unmanaged, ILane<V>
            => x.SetNew(0, V.Tanh(x.Stream(0) * x.Stream(1) + x.Stream(2) * x.Old(0) + x.Fixed(0) * x.Old(0)));

        public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>
        {
            var d = x.Carry(0) * (1f - x.New(0) * x.New(0));
            x.Adjoint(0, d * x.Stream(1));
            x.Adjoint(1, d * x.Stream(0));
            x.Adjoint(2, d * x.Old(0));
            x.SetDelta(0, d * (x.Stream(2) + x.Fixed(0)));
        }
    }
}
