using Recurve.Contracts;

namespace Recurve.Runtime.Tests.Plans;

/// <summary>
/// p' = A p + B q + W x, q' = C p + d: one dense group of two states of different sizes, with a block that is absent, an offset that is
/// constant over the call and both old and new values read.
/// </summary>
internal sealed class DenseByHand : HandWrittenCell
{
    readonly int inputs, units;
    readonly Mat a, b, c, w;
    readonly Vec d;

    public DenseByHand(int inputs, int units)
    {
        (this.inputs, this.units) = (inputs, units);
        (a, b, c) = (Weight("a", units, units), Weight("b", units, units + 1), Weight("c", units + 1, units));
        (w, d) = (Weight("w", units, inputs), Weight("d", units + 1));
        State("p", units, trained: true);
        State("q", units + 1);
    }

    protected override (string, int)[] Inputs => [("x", inputs)];

    protected override (string, int)[] Outputs => [("p", units), ("old", units + 1)];

    protected override void Step(Vec[] x, Vec[] y)
    {
        y[1] = this["q"];
        (this["p"], this["q"]) = (a * this["p"] + b * this["q"] + w * x[0], c * this["p"] + d);
        y[0] = this["p"];
    }

    protected override void Plan(PlanBuilder plan)
    {
        var wx = plan.Project(plan.Input(0), plan.Field(3));
        var scan = plan.DenseScan([0, 1], [plan.Field(0), plan.Field(1), plan.Field(2), null], [wx, plan.Field(4)], readsOld: true);
        plan.Output(0, scan.New[0]);
        plan.Output(1, scan.Outputs[1]);
    }
}
