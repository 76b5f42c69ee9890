using Recurve.Contracts;

namespace Recurve.Runtime.Tests.Plans;

/// <summary>
/// Two delays of a projection and of the first delay, a state that is never assigned, and one that nothing reads:
/// v = w x, y = a v + b p1 + c p2 + k, with p1 = v and p2 = p1 one step before; q = x.
/// </summary>
internal sealed class DelaysByHand : HandWrittenCell
{
    readonly int inputs, units;
    readonly Mat w;
    readonly Vec a, b, c;

    public DelaysByHand(int inputs, int units)
    {
        (this.inputs, this.units) = (inputs, units);
        w = Weight("w", units, inputs);
        (a, b, c) = (Weight("a", units, Init.Ones), Weight("b", units, Init.Ones), Constant("c", units, i => 0.5 + 0.1 * i));
        State("p1", units, trained: true);
        State("p2", units);
        State("k", units, trained: true);
        State("q", inputs);
    }

    protected override (string, int)[] Inputs => [("x", inputs)];

    protected override (string, int)[] Outputs => [("y", units)];

    protected override void Step(Vec[] x, Vec[] y)
    {
        Vec v = w * x[0];
        y[0] = a * v + b * this["p1"] + c * this["p2"] + this["k"];
        this["p2"] = this["p1"];
        this["p1"] = v;
        this["q"] = x[0];
    }

    protected override void Plan(PlanBuilder plan)
    {
        var v = plan.Project(plan.Input(0), plan.Field(0));
        var p1 = plan.Delay(0, v);
        var p2 = plan.Delay(1, p1);
        plan.Delay(3, plan.Input(0));
        plan.Output(0, plan.Map<Body>(units, [plan.Field(1), v, plan.Field(2), p1, plan.Field(3), p2, plan.Hold(2)])[0]);
    }

    readonly struct Body : IMapBody
    {
        public static BodySignature Signature { get; } = new(7, 1, 0, [true, true, true, true, true, true, true]);

        public static void Forward<V>(in Frame<V> x) where V : unmanaged, ILane<V>
            => x.Output(0, x.Stream(0) * x.Stream(1) + x.Stream(2) * x.Stream(3) + x.Stream(4) * x.Stream(5) + x.Stream(6));

        public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>
        {
            var y = x.OutputAdjoint(0);
            for (var i = 0; i < 6; i += 2)
            {
                x.Adjoint(i, y * x.Stream(i + 1));
                x.Adjoint(i + 1, y * x.Stream(i));
            }
            x.Adjoint(6, y);
        }
    }
}
