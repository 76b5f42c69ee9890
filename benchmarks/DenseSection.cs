using Recurve.Cells;
using Recurve.Kernels;

namespace Recurve.Benchmarks;

/// <summary>The memory of a Legendre memory unit, its input one number per step.</summary>
[Cell]
public sealed partial class Memory(int order, double window)
{
    readonly Mat a = new(order, order, (i, j) => LegendreMemory.Of(order, window).A(i, j));
    readonly Mat b = new(order, 1, (i, _) => LegendreMemory.Of(order, window).B(i));
    [State] Vec m = new(order);

    Vec Step([Size(1)] Vec u) => m = a * m + b * u;
}

/// <summary>The same, its input as wide as the state.</summary>
[Cell]
public sealed partial class WideMemory(int order, double window)
{
    readonly Mat a = new(order, order, (i, j) => LegendreMemory.Of(order, window).A(i, j));
    [State] Vec m = new(order);

    Vec Step(Vec u) => m = a * m + u;
}

/// <summary>
/// Forward passes of m = Ā m + B̄ u: step by step, in chunks, the last state alone, and PyTorch's convolution by Fourier transforms; and the way the planner chose beside the
/// better fixed way, over a grid of shapes.
/// </summary>
static class DenseSection
{
    const int Order = 256, Steps = 4096;

    public static void Run()
    {
        if (PyTorch.Missing is { } why) Report.Missing("peer", why);
        foreach (int batch in new[] { 1, 16 })
        {
            Memory cell = new(Order, Steps);
            Sequential last = new(cell, new LastStep());
            System.Random random = new(1);
            Tensor u = Tensor.FromArray([.. Enumerable.Range(0, batch * Steps).Select(_ => random.NextSingle() - 0.5f)], batch, Steps, 1);
            double Forced(Course? plan, Action run)
            {
                Planner.Forced = plan;
                double seconds = Timing.ThreadCounts.Min(threads =>
                {
                    Workers.Count = threads;
                    return Timing.Median(run, threads, 0.4, 3);
                });
                Planner.Forced = null;
                return seconds;
            }
            double serial = Forced(Course.Serial, () => cell.Forward(u)), chosen = Forced(null, () => cell.Forward(u)), only = Forced(null, () => last.Forward(u));
            string shape = $"d={Order} T={Steps} B={batch}";
            Report.Compare($"every state {shape}", 0, chosen, serial, "step by step");
            Report.Compare($"last state {shape}", 0, only, serial, "step by step");
            if (PyTorch.Missing is null) Report.Compare($"every state {shape}", 0, chosen, PyTorch.Convolution(Order, Steps, batch), "PyTorch, convolution by FFT");
        }
        foreach ((int batch, int order) in new[] { (1, 64), (4, 64), (16, 64), (1, 256), (4, 256), (16, 256) })
        {
            foreach (int steps in new[] { 256, 4096 })
            {
                Choice("narrow input, forward", new Memory(order, steps), 1, batch, steps, order, trains: false);
                Choice("wide input, forward and backward", new WideMemory(order, steps), order, batch, steps, order, trains: true);
            }
        }
    }

    /// <summary>The planner's way beside the better of the two.</summary>
    static void Choice(string what, CellModule cell, int inputs, int batch, int steps, int order, bool trains)
    {
        System.Random random = new(1);
        Tensor Numbers(int width) => Tensor.FromArray([.. Enumerable.Range(0, batch * steps * width).Select(_ => random.NextSingle() - 0.5f)], batch, steps, width);
        Tensor u = Numbers(inputs), gradient = Numbers(order);
        u.RequiresGrad = trains;
        Action As(Course? course) => () =>
        {
            Planner.Forced = course;
            Tensor states = cell.Forward(u);
            if (trains) states.Backward(gradient);
        };
        double[] seconds = Timing.Fastest([As(Course.Serial), As(Course.Split), As(null)]);
        Planner.Forced = null;
        Report.Compare($"{what} B·D={batch}·{order} T={steps}", Workers.Count, seconds[2], Math.Min(seconds[0], seconds[1]), seconds[0] < seconds[1] ? "serial" : "split");
    }
}
