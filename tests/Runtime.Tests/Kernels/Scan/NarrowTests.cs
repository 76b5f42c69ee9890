using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Lanes;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Kernels.Scan;

/// <summary>Rows of fewer channels than a lane, whose steps are folded into one row: shapes, what is finite, accuracy, threads.</summary>
[Collection(nameof(WorkerCounts))]
public class NarrowTests
{
    static readonly int[] Widths = [1, 2, 3, 5, 8, 15, 17], Times = [0, 1, 2, 15, 16, 17, 31, 33, 63, 64, 65, 255, 257, 1009];

    static readonly string[] Options =
        ["", "reverse", "lengths", "resets", "lengths reverse resets", "no start", "no start, no initial, resets", "add", "no start, reverse, resets", "add lengths"];

    public static TheoryData<int, int> Shapes()
    {
        var data = new TheoryData<int, int>();
        foreach (var width in Widths)
            foreach (var steps in Times) data.Add(steps, width);
        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void EveryShapeAgreesWithTheSerialLoop(int steps, int width)
    {
        var i = steps + width;
        foreach (var batch in new[] { 1, 3 })
            for (var k = 0; k < 2; k++) Check(RecurrenceTests.Of(batch, steps, width, Options[i++ % Options.Length]));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void EveryRegisterAgrees(int lane)
    {
        var before = LaneChoice.Width;
        LaneChoice.Width = lane;
        try
        {
            for (var width = 1; width < lane; width++)
                foreach (var option in new[] { "lengths resets", "reverse resets", "no start" }) Check(RecurrenceTests.Of(2, 67, width, option));
        }
        finally
        {
            LaneChoice.Width = before;
        }
    }

    static void Check(Shape shape)
    {
        foreach (var course in new[] { Course.Serial, Course.Split })
        {
            using var forced = new ForcedCourse(course);
            RecurrenceTests.Check(Plain.Cell, shape, run => run.Scan<Plain>());
            RecurrenceTests.Check(MinGru.Cell, shape, run => run.Scan<MinGru>());
            RecurrenceTests.Check(Gated.Cell, shape, run => run.Scan<Gated>());
        }
        RecurrenceTests.Check(Squash.Cell, shape, run => run.Map<Squash>());
        RecurrenceTests.Check(SquashSteps.Cell, shape, run => run.Map<SquashSteps>());
    }

    public static TheoryData<string, int> Traps()
    {
        var data = new TheoryData<string, int>();
        foreach (var trap in OverflowTests.Traps)
            foreach (var width in new[] { 1, 2, 3, 8, 15 }) data.Add(trap, width);
        return data;
    }

    [Theory]
    [MemberData(nameof(Traps))]
    public void WhatIsFiniteIsThatOfTheSerialLoop(string trap, int width)
    {
        foreach (var course in new[] { Course.Serial, Course.Split }) OverflowTests.Check(trap, run => run.Scan<Plain>(), width, course);
    }

    /// <summary>A moving average's bias would show in a product of equal decays rounded to single precision.</summary>
    [Theory]
    [InlineData(1, 0.9f)]
    [InlineData(1, 0.999f)]
    [InlineData(2, 0.99999f)]
    [InlineData(3, 0.99999f)]
    [InlineData(15, 0.99999f)]
    public void EqualDecaysNearOneCostNoAccuracy(int width, float decay)
    {
        var shape = new Shape(1, 100_000, width);
        var numbers = Numbers.Of(Plain.Cell, shape);
        numbers.Streams[0].AsSpan().Fill(decay);
        for (var i = 0; i < numbers.Streams[1].Length; i++) numbers.Streams[1][i] = MathF.Abs(numbers.Streams[1][i]) * (1 - decay);
        using var run = new KernelRun(Plain.Cell, shape, numbers, pad: 0);
        var (actual, expected) = (run.Scan<Plain>(), Reference.Run(Plain.Cell, shape, numbers));
        foreach (var name in new[] { "state 0", "stream adjoint 0", "stream adjoint 1", "start adjoint 0" })
        {
            double error = 0, norm = 0;
            for (var i = 0; i < expected[name].Length; i++)
            {
                error += Math.Pow(actual[name][i] - expected[name][i], 2);
                norm += Math.Pow(expected[name][i], 2);
            }
            Assert.True(Math.Sqrt(error) <= 1e-7 * Math.Sqrt(norm) + 1e-30, $"{name}: {Math.Sqrt(error / norm):e2}");
        }
    }

    [Theory]
    [InlineData(1, 20_000, 1)]
    [InlineData(1, 5_000, 3)]
    [InlineData(5, 900, 2)]
    [InlineData(3, 700, 15)]
    public void ResultsDoNotDependOnTheNumberOfWorkers(int batch, int steps, int width)
    {
        var shape = new Shape(batch, steps, width) { Resets = true, Lengths = batch > 1 };
        foreach (var course in new[] { Course.Serial, Course.Split })
        {
            CallTests.IsTheSame(MinGru.Cell, shape, run => run.Scan<MinGru>(), course: course);
            CallTests.IsTheSame(Gated.Cell, shape, run => run.Scan<Gated>(), course: course);
        }
        CallTests.IsTheSame(Squash.Cell, shape, run => run.Map<Squash>());
    }
}
