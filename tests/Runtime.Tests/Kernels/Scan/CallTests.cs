using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Map;
using Recurve.Kernels.Scan;
using Recurve.Kernels.Sequential;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Kernels.Scan;

/// <summary>Tests that set the number of workers run alone.</summary>
[CollectionDefinition(nameof(WorkerCounts), DisableParallelization = true)]
public class WorkerCounts;

/// <summary>What a call promises besides its numbers: the same bits on any number of threads, windows, no allocation.</summary>
[Collection(nameof(WorkerCounts))]
public class CallTests
{
    [Theory]
    [InlineData(1, 20_000, 16)]
    [InlineData(2, 9_000, 33)]
    [InlineData(9, 400, 64)]
    [InlineData(1, 40, 5000)]
    public void ResultsDoNotDependOnTheNumberOfWorkers(int batch, int steps, int width)
    {
        var shape = new Shape(batch, steps, width) { Resets = true, Lengths = batch > 1 };
        IsTheSame(MinGru.Cell, shape, run => run.Scan<MinGru>());
        IsTheSame(Gated.Cell, shape, run => run.Scan<Gated>());
        IsTheSame(Biased.Cell, shape, run => run.Scan<Biased>());
        IsTheSame(Pair.Cell, shape, run => run.Sequential<Pair>());
        IsTheSame(Squash.Cell, shape, run => run.Map<Squash>());
    }

    [Fact]
    public void OverflowingTilesDoNotDependOnTheNumberOfWorkers()
    {
        var shape = new Shape(1, 40_000, 3);
        IsTheSame(Plain.Cell, shape, run => run.Scan<Plain>(), numbers =>
        {
            for (var i = 0; i < numbers.Streams[0].Length; i += 3) numbers.Streams[0][i] = i % 1000 == 0 ? 1e-30f : 1.2f;
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public unsafe void StepByStepWindowsGiveTheWholeSequence(bool reverse)
    {
        var shape = new Shape(3, 40, 17) { Lengths = true, Resets = true, Reverse = reverse, SequenceAdjoint = false };
        foreach (var isScan in new[] { true, false })
        {
            var cell = isScan ? Gated.Cell : Pair.Cell;
            var numbers = Numbers.Of(cell, shape);
            using var whole = new KernelRun(cell, shape, numbers, pad: 3);
            using var windows = new KernelRun(cell, shape, numbers, pad: 3);
            var expected = isScan ? whole.Scan<Gated>() : whole.Sequential<Pair>();
            for (var k = 0; k < cell.States; k++)
            {
                // the state goes from window to window in place
                var state = windows.Launch.States[k];
                for (var b = 0; b < 3; b++) new Span<float>(state.Start.At(b, 0), 17).CopyTo(new(state.End.At(b, 0), 17));
                windows.Launch.States[k] = state with { Start = state.End };
            }
            for (var t = 0; t < 40; t++)
            {
                if (isScan) ScanKernel.Of<Gated>().Forward(windows.Launch, new(0, 3, t, t + 1));
                else SequentialKernel.Of<Pair>().Forward(windows.Launch, new(0, 3, t, t + 1));
            }
            var actual = windows.Read();
            foreach (var name in expected.Keys.Where(name => !name.Contains("adjoint"))) Assert.Equal(expected[name], actual[name]);
        }
    }

    [Fact]
    public void ACallAllocatesNothing()
    {
        var shape = new Shape(64, 2, 256) { Resets = true };
        using var gated = new KernelRun(Gated.Cell, shape, Numbers.Of(Gated.Cell, shape), pad: 0);
        using var pair = new KernelRun(Pair.Cell, shape, Numbers.Of(Pair.Cell, shape), pad: 0);
        using var squash = new KernelRun(Squash.Cell, shape, Numbers.Of(Squash.Cell, shape), pad: 0);
        var (scan, sequential, map) = (ScanKernel.Of<Gated>(), SequentialKernel.Of<Pair>(), MapKernel.Of<Squash>());
        long before = 0;
        for (var i = 0; i < 4; i++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            for (var step = 0; step < 2; step++)
            {
                var window = new Window(0, 64, step, step + 1);
                scan.Forward(gated.Launch, window);
                sequential.Forward(pair.Launch, window);
                map.Forward(squash.Launch, window);
            }
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    internal static void IsTheSame(
        Cell cell, Shape shape, Func<KernelRun, Dictionary<string, double[]>> execute, Action<Numbers>? change = null, Course course = Course.Split)
    {
        var numbers = Numbers.Of(cell, shape);
        change?.Invoke(numbers);
        var before = Workers.Count;
        using var forced = new ForcedCourse(course);
        try
        {
            Dictionary<string, double[]>? first = null;
            foreach (var count in new[] { 1, 2, 3 })
            {
                Workers.Count = count;
                using var run = new KernelRun(cell, shape, numbers, pad: 0);
                var results = execute(run);
                first ??= results;
                foreach (var (name, values) in first)
                    Assert.True(values.AsSpan().SequenceEqual(results[name]), $"{name} differs between 1 and {count} workers, {shape}");
            }
        }
        finally
        {
            Workers.Count = before;
        }
    }
}
