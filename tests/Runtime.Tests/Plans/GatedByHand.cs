using Recurve.Contracts;
using static Recurve.Functions;

namespace Recurve.Runtime.Tests.Plans;

/// <summary>
/// A loop with two states, as in an LSTM: c = σ(wf x + uf h) c + tanh(wg x + (ug + vg) h + b + d), h = tanh(c). The second recurrent matrix is
/// itself computed once per call. Outputs h and the old h.
/// </summary>
internal sealed class GatedByHand : HandWrittenCell
{
    readonly int inputs, units;
    readonly Mat wf, wg, uf, ug, vg;
    readonly Vec b, d;

    public GatedByHand(int inputs, int units)
    {
        (this.inputs, this.units) = (inputs, units);
        (wf, wg) = (Weight("wf", units, inputs), Weight("wg", units, inputs));
        (uf, ug, vg) = (Weight("uf", units, units), Weight("ug", units, units), Weight("vg", units, units));
        (b, d) = (Weight("b", units), Weight("d", units));
        State("c", units, trained: true);
        State("h", units);
    }

    protected override (string, int)[] Inputs => [("x", inputs)];

    protected override (string, int)[] Outputs => [("h", units), ("old", units)];

    protected override void Step(Vec[] x, Vec[] y)
    {
        Vec f = Sigmoid(wf * x[0] + uf * this["h"]);
        Vec g = Tanh(wg * x[0] + (ug + vg) * this["h"] + b + d);
        y[1] = this["h"];
        this["c"] = f * this["c"] + g;
        y[0] = this["h"] = Tanh(this["c"]);
    }

    protected override void Plan(PlanBuilder plan)
    {
        var u = plan.Map<SumBody>(units * units, [plan.Field(3), plan.Field(4)])[0];
        var w = plan.Project(plan.Input(0), plan.Field(0), plan.Field(1));
        var old = plan.BeginLoop(0, 1);
        var r = plan.Project(old[1], plan.Field(2), u);
        var next = plan.Map<Body>(
            units, [w.Slice(0, units), w.Slice(units, units), r.Slice(0, units), r.Slice(units, units), old[0], plan.Field(5), plan.Field(6)]);
        plan.EndLoop(next);
        plan.Output(0, next[1]);
        plan.Output(1, old[1]);
    }

    readonly struct SumBody : IMapBody
    {
        public static BodySignature Signature { get; } = new(2, 1, 0, [true, true]);

        public static void Forward<V>(in Frame<V> x) where V : unmanaged, ILane<V> => x.Output(0, x.Stream(0) + x.Stream(1));

        public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>
        {
            x.Adjoint(0, x.OutputAdjoint(0));
            x.Adjoint(1, x.OutputAdjoint(0));
        }
    }

    readonly struct Body : IMapBody
    {
        public static BodySignature Signature { get; } = new(
            7, 2, 0, [true, true, true, true, true, true, true], SameAdjoint: [0, 1, 0, 1, 4, 1, 1]);

        public static void Forward<V>(in Frame<V> x) where V : unmanaged, ILane<V>
        {
            var c = V.Sigmoid(x.Stream(0) + x.Stream(2)) * x.Stream(4) + V.Tanh(x.Stream(1) + x.Stream(3) + x.Stream(5) + x.Stream(6));
            x.Output(0, c);
            x.Output(1, V.Tanh(c));
        }

        public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>
        {
            var f = V.Sigmoid(x.Stream(0) + x.Stream(2));
            var g = V.Tanh(x.Stream(1) + x.Stream(3) + x.Stream(5) + x.Stream(6));
            var h = V.Tanh(f * x.Stream(4) + g);
            var c = x.OutputAdjoint(0) + x.OutputAdjoint(1) * (1f - h * h);
            var df = c * x.Stream(4) * f * (1f - f);
            var dg = c * (1f - g * g);
            x.Adjoint(0, df);
            x.Adjoint(2, df);
            x.Adjoint(1, dg);
            x.Adjoint(3, dg);
            x.Adjoint(5, dg);
            x.Adjoint(6, dg);
            x.Adjoint(4, c * f);
        }
    }
}
