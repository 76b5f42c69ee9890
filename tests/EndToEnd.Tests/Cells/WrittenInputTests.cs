using Recurve.Cells;
using Recurve.Kernels;
using Recurve.Plans;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>
/// Chunks of m = A m + B u whose ends come from u at once, against step by step. The choice is the whole process's, so these tests run alone.
/// </summary>
[Collection(nameof(Alone))]
public sealed class WrittenInputTests
{
    const int Order = 12;

    [Theory]
    [InlineData(typeof(DelayMemory), true)]
    [InlineData(typeof(ParallelLmu), true)]
    [InlineData(typeof(DenseGroup), false)]
    public void Is_found_where_a_field_writes_a_narrow_input(Type type, bool isFound)
    {
        CellModule cell = type == typeof(DelayMemory) ? new DelayMemory(Order) : type == typeof(ParallelLmu) ? new ParallelLmu(3, Order, 5, window: 50) : new DenseGroup(4);
        Assert.Equal(isFound, cell.CellPlan.PerStep.OfType<DenseStage>().Single().Input is not null);
    }

    [Theory]
    [InlineData(1, 16, false)]
    [InlineData(1, 1000, false)]
    [InlineData(3, 333, false)]
    [InlineData(4, 257, true)]
    public void Agrees_with_step_by_step(int batch, int time, bool isReverse)
    {
        var random = new Random(batch * time);
        var (x, start) = (Numbers(batch * time), Numbers(batch * Order));
        var sequence = new Sequence { Lengths = isReverse ? [0, 1, time - 7, time] : null, Reverse = isReverse };
        var (serial, split) = (Run(Course.Serial), Run(Course.Split));
        foreach (var (expected, actual) in serial.Zip(split))
        {
            var norm = Math.Sqrt(expected.Sum(v => (double)v * v));
            Assert.Equal(0, Math.Sqrt(expected.Zip(actual, (p, q) => Math.Pow(p - q, 2)).Sum()) / norm, 1e-6);
        }

        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)];

        // without a backward pass, so that every buffer goes back after its last reader
        float[][] Run(Course course)
        {
            using var _ = new ForcedCourse(course);
            var cell = new DelayMemory(Order);
            var (y, end) = cell.Forward(Tensor.FromArray(x, batch, time, 1), new DelayMemory.States(Tensor.FromArray(start, batch, Order)), sequence);
            return [y.ToArray(), end.m.ToArray()];
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Agrees_with_its_Step(bool isSplit)
    {
        using var _ = new ForcedCourse(isSplit ? Course.Split : Course.Serial);
        var cell = new DelayMemory(Order);
        GradientCheck.Verify(cell, batch: 2, time: 100, seed: 3, new() { Lengths = [100, 41] }, withStart: true, entries: 6);
    }

    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NaN)]
    [InlineData(3e38f)]
    public void What_is_not_finite_stays_where_it_was(float value)
    {
        const int time = 200;
        var x = new float[2 * time];
        (x[70], x[71]) = (value, value);
        var (serial, split) = (Run(Course.Serial), Run(Course.Split));
        Assert.Equal(serial.Select(float.IsFinite), split.Select(float.IsFinite));
        Assert.Contains(serial, v => !float.IsFinite(v));
        Assert.All(split[(time * Order)..], v => Assert.Equal(0, v));

        float[] Run(Course course)
        {
            using var _ = new ForcedCourse(course);
            return new DelayMemory(Order).Forward(Tensor.FromArray(x, 2, time, 1)).ToArray();
        }
    }
}

/// <summary>The memory of a Legendre memory unit with states that are its output, so that nothing bounds them.</summary>
[Cell]
sealed partial class DelayMemory(int order)
{
    readonly Mat a = new(order, order, (i, j) => LegendreMemory.Of(order, 50).A(i, j));
    readonly Mat b = new(order, 1, (i, _) => 4 * LegendreMemory.Of(order, 50).B(i));
    [State] Vec m = new(order);

    Vec Step([Size(1)] Vec u) => m = a * m + b * u;
}
