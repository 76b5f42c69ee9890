using Recurve.Contracts;
using static Recurve.Functions;

namespace Recurve.Runtime.Tests.Plans;

/// <summary>One stacked projection and one scan: z = σ(wz x + bz), h = (1 − z) h + z (wh x + bh).</summary>
internal sealed class MinGruByHand : HandWrittenCell
{
    readonly int inputs, units;
    readonly Mat wz, wh;
    readonly Vec bz, bh;

    public MinGruByHand(int inputs, int units, bool trained = false)
    {
        (this.inputs, this.units) = (inputs, units);
        (wz, wh, bz, bh) = (Weight("wz", units, inputs), Weight("wh", units, inputs), Weight("bz", units), Weight("bh", units));
        State("h", units, trained);
    }

    protected override (string, int)[] Inputs => [("x", inputs)];

    protected override (string, int)[] Outputs => [("h", units)];

    protected override void Step(Vec[] x, Vec[] y)
    {
        Vec z = Sigmoid(wz * x[0] + bz);
        y[0] = this["h"] = (1 - z) * this["h"] + z * (wh * x[0] + bh);
    }

    protected override void Plan(PlanBuilder plan)
    {
        var stacked = plan.Project(plan.Input(0), plan.Field(0), plan.Field(1));
        var scan = plan.Scan<Body>(0, [stacked.Slice(0, units), stacked.Slice(units, units), plan.Field(2), plan.Field(3)]);
        plan.Output(0, scan.New[0]);
    }

    readonly struct Body : IScanBody
    {
        public static BodySignature Signature { get; } = new(4, 0, 1, [true, true, true, true]);

        public static void Coefficients<V>(in Frame<V> x, out V a, out V b) where V : unmanaged, ILane<V>
        {
            var z = V.Sigmoid(x.Stream(0) + x.Stream(2));
            a = 1f - z;
            b = z * (x.Stream(1) + x.Stream(3));
        }

        public static void Outputs<V>(in Frame<V> x, V p, V s) where V : unmanaged, ILane<V> { }

        public static void AdjointCoefficients<V>(in Frame<V> x, V p, V s, out V a, out V r) where V : unmanaged, ILane<V>
        {
            a = 1f - V.Sigmoid(x.Stream(0) + x.Stream(2));
            r = 0f;
        }

        public static V Adjoint<V>(in Frame<V> x, V p, V s, V c) where V : unmanaged, ILane<V>
        {
            var z = V.Sigmoid(x.Stream(0) + x.Stream(2));
            var candidate = x.Stream(1) + x.Stream(3);
            var gate = c * (candidate - p) * z * (1f - z);
            x.Adjoint(0, gate);
            x.Adjoint(2, gate);
            x.Adjoint(1, c * z);
            x.Adjoint(3, c * z);
            return c * (1f - z);
        }
    }
}
