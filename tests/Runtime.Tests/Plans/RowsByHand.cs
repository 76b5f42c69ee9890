using Recurve.Contracts;
using static Recurve.Functions;

namespace Recurve.Runtime.Tests.Plans;

/// <summary>Every row operation, per step, per call and mixed, on two inputs, with outputs that are a view and a constant.</summary>
internal sealed class RowsByHand : HandWrittenCell
{
    readonly int n;
    readonly Mat w, u;
    readonly Vec b;

    public RowsByHand(int n)
    {
        this.n = n;
        (w, u, b) = (Weight("w", n, n), Weight("u", n, n), Weight("b", n, Init.Ones));
        State("s", n, trained: true);
    }

    protected override (string, int)[] Inputs => [("x", n), ("g", n)];

    protected override (string, int)[] Outputs => [("y", 2 * n), ("m", n), ("first", n), ("fixed", n)];

    protected override void Step(Vec[] x, Vec[] y)
    {
        Vec soft = Softmax(w * x[0]);
        Mat m = Outer(this["s"], x[1]) * u + Transpose(Outer(x[0], b)) * Diagonal(x[1]);
        y[0] = Concat(LayerNorm(x[0], 1e-3), RmsNorm(Reverse(soft), 1e-3));
        y[1] = m * x[0] + Norm(x[1]) + Sum(soft * x[0]);
        y[2] = Slice(y[0], 0, n);
        y[3] = Softmax(Transpose(w) * b);
        this["s"] = soft;
    }

    protected override void Plan(PlanBuilder plan)
    {
        var (x, g, w, u, b) = (plan.Input(0), plan.Input(1), plan.Field(0), plan.Field(1), plan.Field(2));
        var soft = plan.Softmax(plan.MatVec(w, x));
        var s = plan.Delay(0, soft);
        var left = plan.MatMat(plan.Outer(s, g), u, n, n, n);
        var right = plan.MatMat(plan.Transpose(plan.Outer(x, b), n, n), plan.Diagonal(g), n, n, n);
        var m = plan.Map<AddBody>(n * n, [left, right])[0];
        var y = plan.Concat(plan.LayerNorm(x, 1e-3), plan.RmsNorm(plan.Flip(soft), 1e-3));
        var product = plan.Map<MultiplyBody>(n, [soft, x])[0];
        var bias = plan.Map<AddBody>(1, [plan.Norm(g), plan.Sum(product)])[0];
        plan.Output(0, y);
        plan.Output(1, plan.Map<AddBody>(n, [plan.MatVec(m, x), plan.Broadcast(bias, n)])[0]);
        plan.Output(2, y.Slice(0, n));
        plan.Output(3, plan.Softmax(plan.MatVec(plan.Transpose(w, n, n), b)));
    }

    readonly struct AddBody : IMapBody
    {
        public static BodySignature Signature { get; } = new(2, 1, 0, [true, true]);

        public static void Forward<V>(in Frame<V> x) where V : unmanaged, ILane<V> => x.Output(0, x.Stream(0) + x.Stream(1));

        public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>
        {
            x.Adjoint(1, x.OutputAdjoint(0));
            x.Adjoint(0, x.OutputAdjoint(0));
        }
    }

    readonly struct MultiplyBody : IMapBody
    {
        public static BodySignature Signature { get; } = new(2, 1, 0, [true, true]);

        public static void Forward<V>(in Frame<V> x) where V : unmanaged, ILane<V> => x.Output(0, x.Stream(0) * x.Stream(1));

        public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>
        {
            x.Adjoint(0, x.OutputAdjoint(0) * x.Stream(1));
            x.Adjoint(1, x.OutputAdjoint(0) * x.Stream(0));
        }
    }
}
