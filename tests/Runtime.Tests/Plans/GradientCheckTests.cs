using Recurve.Contracts;
using Recurve.TestKit;
using Xunit.Sdk;

namespace Recurve.Runtime.Tests.Plans;

/// <summary>The checker itself: a kernel whose value, or whose adjoint, is a little wrong does not pass.</summary>
public class GradientCheckTests
{
    [Fact]
    public void NoticesAWrongValue()
        => Assert.Contains("output y: relative error", Failure(new Scaled<Value>()), StringComparison.Ordinal);

    [Fact]
    public void NoticesAWrongAdjoint()
        => Assert.Contains("gradient of input x: relative error", Failure(new Scaled<Slope>()), StringComparison.Ordinal);

    [Fact]
    public void PassesTheRightOne() => GradientCheck.Verify(new Scaled<Right>(), 2, 3, seed: 1);

    static string Failure(CellModule cell) => Assert.ThrowsAny<XunitException>(() => GradientCheck.Verify(cell, 2, 3, seed: 1)).Message;

    /// <summary>y = 2 x, with the adjoint 2 ȳ.</summary>
    sealed class Scaled<T> : HandWrittenCell where T : struct, IFactors
    {
        public Scaled() => State("unused", 1);

        protected override (string, int)[] Inputs => [("x", 3)];

        protected override (string, int)[] Outputs => [("y", 3)];

        protected override void Step(Vec[] x, Vec[] y) => y[0] = 2 * x[0];

        protected override void Plan(PlanBuilder plan) => plan.Output(0, plan.Map<Body<T>>(3, [plan.Input(0)])[0]);
    }

    readonly struct Body<T> : IMapBody where T : struct, IFactors
    {
        public static BodySignature Signature { get; } = new(1, 1, 0, [true]);

        public static void Forward<V>(in Frame<V> x) where V : unmanaged, ILane<V> => x.Output(0, x.Stream(0) * T.Value);

        public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V> => x.Adjoint(0, x.OutputAdjoint(0) * T.Slope);
    }

    interface IFactors
    {
        static abstract float Value { get; }

        static abstract float Slope { get; }
    }

    struct Right : IFactors
    {
        public static float Value => 2;

        public static float Slope => 2;
    }

    struct Value : IFactors
    {
        static float IFactors.Value => 2.0001f;

        public static float Slope => 2;
    }

    struct Slope : IFactors
    {
        public static float Value => 2;

        static float IFactors.Slope => 2.001f;
    }
}
