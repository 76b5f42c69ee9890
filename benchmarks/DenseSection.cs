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

/// <summary>Forward passes of m = Ā m + B̄ u: step by step, in chunks, the last state alone, and PyTorch's convolution by Fourier transforms.</summary>
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
    }
}
