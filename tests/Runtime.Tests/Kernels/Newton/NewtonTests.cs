using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Newton;
using Recurve.Runtime.Tests.Kernels.Composed;
using Recurve.Runtime.Tests.Kernels.Scan;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Kernels.Newton;

/// <summary>Newton's method over tiles of time against the serial loop, and what it does where it cannot succeed.</summary>
[Collection(nameof(WorkerCounts))]
public class NewtonTests
{
    [Theory]
    [InlineData(1, 0, 3, "")]
    [InlineData(1, 16, 3, "")]
    [InlineData(1, 33, 3, "reverse")]
    [InlineData(3, 257, 17, "lengths reverse resets")]
    [InlineData(2, 1009, 64, "resets")]
    [InlineData(1, 1009, 300, "no start, no initial, resets")]
    public void ContractingRecurrencesConvergeToTheSerialLoop(int batch, int steps, int width, string options)
    {
        using var forced = new ForcedCourse(Course.Newton);
        var shape = RecurrenceTests.Of(batch, steps, width, options);
        var kernel = NewtonKernel.Of<Solved>(1e-6, 50);
        RecurrenceTests.Check(Solved.Cell, shape, run => run.Newton(kernel));
        Assert.Equal(steps > 16, kernel.Report is not null);
        Assert.Empty(kernel.Report?.SteppedSequences ?? []);
        // quadratically: far below a tile after tile propagation, which would take one iteration per tile
        if (steps > 16) Assert.InRange(kernel.Report!.Iterations, 1, 6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatDoesNotConvergeIsRunStepByStep(bool isLimit)
    {
        var (shape, numbers) = Chaos();
        var kernel = NewtonKernel.Of<Logistic>(1e-6, isLimit ? 1 : 50);
        using var run = new KernelRun(Logistic.Cell, shape, numbers, pad: 0);
        using var serial = new KernelRun(Logistic.Cell, shape, numbers, pad: 0);
        using (new ForcedCourse(Course.Newton)) kernel.Forward(run.Launch, new(0, 3, 0, 600));
        using (new ForcedCourse(Course.Serial)) NewtonKernel.Of<Logistic>(1e-6, 50).Forward(serial.Launch, new(0, 3, 0, 600));
        var (actual, expected) = (run.Read(), serial.Read());
        Assert.Equal(isLimit ? [0, 1, 2] : [1, 2], kernel.Report!.SteppedSequences);
        // what was run step by step is the serial loop, bit for bit
        Assert.Equal(expected["state 0"][3000..], actual["state 0"][3000..]);
        Assert.Equal(expected["end 0"][5..], actual["end 0"][5..]);
        for (var i = 0; i < 3000; i++) Assert.Equal(expected["state 0"][i], actual["state 0"][i], 1e-5);
    }

    /// <summary>The logistic map is chaotic in sequences 1 and 2: two runs that differ by a rounding have nothing in common after sixty steps.</summary>
    internal static (Shape Shape, Numbers Numbers) Chaos()
    {
        var shape = new Shape(3, 600, 5) { Initial = false };
        var numbers = Numbers.Of(Logistic.Cell, shape);
        foreach (var start in numbers.Starts)
            for (var i = 0; i < start.Length; i++) start[i] = 0.5f + 0.4f * start[i];
        for (var i = 0; i < numbers.Streams[0].Length; i++) numbers.Streams[0][i] = i < 600 * 5 ? 0.5f : 3.99f;
        return (shape, numbers);
    }

    [Fact]
    public void ANumberThatIsNotFiniteIsThatOfTheSerialLoop()
    {
        var shape = new Shape(2, 300, 3);
        var numbers = Numbers.Of(Solved.Cell, shape);
        numbers.Streams[0][100 * 3 + 1] = float.NaN;
        var kernel = NewtonKernel.Of<Solved>(1e-6, 50);
        using var run = new KernelRun(Solved.Cell, shape, numbers, pad: 0);
        using var serial = new KernelRun(Solved.Cell, shape, numbers, pad: 0);
        using (new ForcedCourse(Course.Newton)) kernel.Forward(run.Launch, new(0, 2, 0, 300));
        using (new ForcedCourse(Course.Serial)) NewtonKernel.Of<Solved>(1e-6, 50).Forward(serial.Launch, new(0, 2, 0, 300));
        Assert.Equal([0], kernel.Report!.SteppedSequences);
        Assert.Equal(serial.Read()["state 0"][..900], run.Read()["state 0"][..900]);
    }

    [Fact]
    public void ResultsDoNotDependOnTheNumberOfWorkers()
    {
        using var forced = new ForcedCourse(Course.Newton);
        CallTests.IsTheSame(
            Solved.Cell, new Shape(2, 700, 19) { Resets = true, Lengths = true }, run => run.Newton(NewtonKernel.Of<Solved>(1e-6, 50)));
    }

    /// <summary>Two states, nonlinear, each reading the other: v = tanh(x + w v − m), m = ½ m + v x.</summary>
    internal struct Solved : INewtonBody
    {
        public static BodySignature Signature => Pair.Signature;

        public static Cell Cell => Pair.Cell;

        public static string? DeviceText => $$"""
            {{Pair.DeviceText}}
            FUNCTION void linearised(const real* x, const real* fixed, const real* old, real* m)
            {
                real v = tanh(x[0] + x[1] * old[0] - old[1]);
                real slope = 1.0f - square(v);
                m[0] = slope * x[1];
                m[1] = -slope;
                m[2] = m[0] * x[0];
                m[3] = 0.5f + m[1] * x[0];
                m[4] = v - m[0] * old[0] - m[1] * old[1];
                m[5] = 0.5f * old[1] + v * x[0] - m[2] * old[0] - m[3] * old[1];
            }
            FUNCTION void adjoint_map(const real* x, const real* fixed, const real* old, const real* next, const real* dy, real* m)
            {
                real slope = 1.0f - square(next[0]);
                real to_m = dy[0] * old[0];
                m[0] = slope * x[1];
                m[1] = slope * x[1] * x[0];
                m[2] = -slope;
                m[3] = 0.5f - slope * x[0];
                m[4] = slope * x[1] * x[0] * to_m + dy[0] * next[1];
                m[5] = 0.5f * to_m - slope * x[0] * to_m;
            }
            """;

        public static void Step<V>(in Frame<V> x) where V : unmanaged, ILane<V> => Pair.Step(x);

        public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V> => Pair.Adjoint(x);

        public static void Linearised<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
        {
            V u = x.Stream(0), w = x.Stream(1);
            var v = V.Tanh(u + w * x.Old(0) - x.Old(1));
            var slope = 1f - v * v;
            var m = 0.5f * x.Old(1) + v * u;
            V byV = slope * w, byM = -slope, mByV = byV * u, mByM = 0.5f + byM * u;
            map.Set(0, byV);
            map.Set(1, byM);
            map.Set(2, mByV);
            map.Set(3, mByM);
            map.Set(4, v - byV * x.Old(0) - byM * x.Old(1));
            map.Set(5, m - mByV * x.Old(0) - mByM * x.Old(1));
        }

        public static void AdjointMap<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
        {
            V y = x.OutputAdjoint(0), u = x.Stream(0), slope = 1f - x.New(0) * x.New(0);
            // λ of m is c₁ + y p₀, that of v is c₀ + u λ of m
            var m = y * x.Old(0);
            map.Set(0, slope * x.Stream(1));
            map.Set(1, slope * x.Stream(1) * u);
            map.Set(2, -slope);
            map.Set(3, 0.5f - slope * u);
            map.Set(4, slope * x.Stream(1) * u * m + y * x.New(1));
            map.Set(5, 0.5f * m - slope * u * m);
        }
    }

    /// <summary>h = r h (1 − h).</summary>
    internal struct Logistic : INewtonBody
    {
        public static BodySignature Signature { get; } = new(1, 0, 1, [false]);

        public static Cell Cell => new([Cell.Signal], 1, (u, p, s, y) => s[0] = u[0] * p[0] * (1 - p[0]), 0);

        public static string? DeviceText => """
            FUNCTION void step_forward(const real* x, const real* fixed, const real* old, real* next, real* y) { next[0] = x[0] * old[0] * (1.0f - old[0]); }
            FUNCTION void linearised(const real* x, const real* fixed, const real* old, real* m)
            {
                m[0] = x[0] * (1.0f - 2.0f * old[0]);
                m[1] = x[0] * old[0] * old[0];
            }
            """;

        public static void Step<V>(in Frame<V> x) where V : unmanaged, ILane<V> => x.SetNew(0, x.Stream(0) * x.Old(0) * (1f - x.Old(0)));

        public static void Linearised<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
        {
            map.Set(0, x.Stream(0) * (1f - 2f * x.Old(0)));
            map.Set(1, x.Stream(0) * x.Old(0) * x.Old(0));
        }

        public static void AdjointMap<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>
        {
            map.Set(0, x.Stream(0) * (1f - 2f * x.Old(0)));
            map.Set(1, 0f);
        }

        public static void Adjoint<V>(in Frame<V> x) where V : unmanaged, ILane<V>
            => x.SetDelta(0, x.Stream(0) * (1f - 2f * x.Old(0)) * x.Carry(0));
    }
}
