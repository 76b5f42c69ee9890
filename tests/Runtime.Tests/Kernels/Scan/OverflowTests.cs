using Recurve.Kernels;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Kernels.Scan;

/// <summary>
/// Tiles of a long sequence must not make a value non-finite that the serial loop keeps finite, nor hide one.
/// The serial loop here is in single precision, as the kernel is.
/// </summary>
[Collection(nameof(WorkerCounts))]
public class OverflowTests
{
    const int Steps = 40_000;

    public static TheoryData<string> Traps =>
    [
        "a product that overflows",
        "an infinite input",
        "a NaN",
        "a value that overflows inside a tile and is then scaled down",
        "an infinite start",
        "infinity, then a reset",
        "a growing state",
    ];

    [Theory]
    [MemberData(nameof(Traps))]
    public void WhatIsFiniteIsThatOfTheSerialLoop(string trap) => Check(trap, run => run.Scan<Plain>(), width: 17);

    internal static void Check(string trap, Func<KernelRun, Dictionary<string, double[]>> execute, int width = 3, Course course = Course.Split)
    {
        var shape = new Shape(1, Steps, width) { Initial = false, SequenceAdjoint = true };
        using var forced = new ForcedCourse(course);
        foreach (var reverse in new[] { false, true })
        {
            var numbers = Numbers.Of(Plain.Cell, shape);
            var resets = Set(trap, numbers, reverse, width);
            var walked = shape with { Reverse = reverse, Resets = resets };
            using var run = new KernelRun(Plain.Cell, walked, numbers, pad: 0);
            var actual = execute(run);
            var (states, adjoints) = Serial(numbers, reverse, width);
            Compare(states, actual["state 0"], $"{trap}, reverse {reverse}, state", width);
            Compare(adjoints, actual["stream adjoint 1"], $"{trap}, reverse {reverse}, adjoint", width);
        }
    }

    static bool Set(string trap, Numbers x, bool reverse, int width)
    {
        var (a, b) = (x.Streams[0], x.Streams[1]);
        var channel = width / 2;
        int At(int step) => (reverse ? Steps - 1 - step : step) * width + channel;
        switch (trap)
        {
            case "a product that overflows":
                // h stays at zero where the product over a tile is 10^200 and more
                x.Starts[0][channel] = 0;
                for (var t = 0; t < Steps; t++) (a[At(t)], b[At(t)]) = (10, t == Steps / 2 ? 1e-30f : 0);
                for (var t = Steps / 2 + 20; t < Steps; t++) a[At(t)] = 0.5f;
                x.EndAdjoints[0][channel] = 0;
                for (var t = 0; t < Steps; t++) x.SequenceAdjoints[0][At(t)] = 0;
                x.SequenceAdjoints[0][At(Steps / 2)] = 1e-30f;
                for (var t = 0; t < Steps / 2 - 20; t++) a[At(t)] = t % 2 == 0 ? 10 : 0.02f;
                break;
            case "an infinite input":
                b[At(12_345)] = float.PositiveInfinity;
                a[At(20_000)] = 0;
                x.SequenceAdjoints[0][At(30_000)] = float.NegativeInfinity;
                break;
            case "a NaN":
                a[At(12_345)] = float.NaN;
                break;
            case "a value that overflows inside a tile and is then scaled down":
                // down by a normal number: a device may take a subnormal one for zero
                foreach (var t in new[] { 10_000, 30_000 }) (a[At(t)], a[At(t + 1)], b[At(t)]) = (3e38f, 2e-38f, 3e38f);
                break;
            case "an infinite start":
                (x.Starts[0][channel], x.EndAdjoints[0][channel]) = (float.NegativeInfinity, float.PositiveInfinity);
                a[At(777)] = 0;
                break;
            case "infinity, then a reset":
                b[At(12_345)] = float.PositiveInfinity;
                x.Resets[At(20_000) / width] = x.Resets[At(33_000) / width] = 1;
                return true;
            case "a growing state":
                for (var t = 0; t < Steps; t++) a[At(t)] = 1.01f;
                break;
        }
        return false;
    }

    static (float[] States, float[] Adjoints) Serial(Numbers x, bool reverse, int width)
    {
        var (states, adjoints) = (new float[Steps * width], new float[Steps * width]);
        for (var c = 0; c < width; c++)
        {
            var h = x.Starts[0][c];
            for (var step = 0; step < Steps; step++)
            {
                var t = reverse ? Steps - 1 - step : step;
                if (x.Resets[t] != 0) h = 0;
                states[t * width + c] = h = MathF.FusedMultiplyAdd(x.Streams[0][t * width + c], h, x.Streams[1][t * width + c]);
            }
            var carry = x.EndAdjoints[0][c];
            for (var step = Steps - 1; step >= 0; step--)
            {
                var t = reverse ? Steps - 1 - step : step;
                var adjoint = carry + x.SequenceAdjoints[0][t * width + c];
                adjoints[t * width + c] = adjoint;
                carry = x.Resets[t] != 0 ? 0 : adjoint * x.Streams[0][t * width + c];
            }
        }
        return (states, adjoints);
    }

    static void Compare(float[] expected, double[] actual, string what, int width)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            var agrees = float.IsFinite(expected[i])
                ? Math.Abs(actual[i] - expected[i]) <= 1e-4 * Math.Abs(expected[i]) + 1e-5
                : !double.IsFinite(actual[i]);
            Assert.True(agrees, $"{what} at step {i / width}, channel {i % width}: {actual[i]} instead of {expected[i]}");
        }
    }
}
