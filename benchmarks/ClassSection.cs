using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Composed;
using Recurve.Kernels.Scan;

namespace Recurve.Benchmarks;

/// <summary>
/// Recurrences of other classes beside the triad and beside the Diagonal one; and the way the planner chose beside the best fixed way, over a
/// grid of shapes.
/// </summary>
static unsafe class ClassSection
{
    public static void Run()
    {
        Timing.ForThreads(threads =>
        {
            const int Steps = 1024, Batch = 16, Width = 256;
            const double Elements = (double)Steps * Batch * Width;
            using Case diagonal = Case.Diagonal(Steps, Batch, Width), block = Case.Block(Steps, Batch, Width), clamped = Case.Clamped(Steps, Batch, Width);
            string shape = $"T={Steps} B={Batch} H={Width}";
            double triad = Bandwidth.TriadSeconds(threads);
            Report.Compare($"Block k=2 forward {shape}", threads, Timing.Median(block.Forward, threads), 24 * Elements * triad, "triad, 24 bytes per channel", 24 * Elements, "GB/s");
            Report.Compare($"Block k=2 backward {shape}", threads, Timing.Median(block.Backward, threads), 40 * Elements * triad, "triad, 40 bytes per channel", 40 * Elements, "GB/s");
            double[] forward = Timing.Medians(clamped.Forward, diagonal.Forward), backward = Timing.Medians(clamped.Backward, diagonal.Backward);
            Report.Compare($"Clamped forward {shape}", threads, forward[0], forward[1], "Diagonal");
            Report.Compare($"Clamped backward {shape}", threads, backward[0], backward[1], "Diagonal");
        });
        Grid("Diagonal", Case.Diagonal);
        Grid("Block k=2", Case.Block);
        Grid("Clamped", Case.Clamped);
    }

    // The choice must not depend on the threads; what it costs does.
    static void Grid(string name, Func<int, int, int, Case> make)
    {
        foreach ((int batch, int width) in new[] { (1, 16), (1, 256), (2, 256), (4, 256), (16, 256) })
        {
            foreach (int steps in new[] { 256, 4096, 65536 })
            {
                if ((long)batch * width * steps > 1 << 24) continue;
                using Case it = make(steps, batch, width);
                foreach ((string direction, Action run) in new[] { ("forward", (Action)it.Forward), ("backward", it.Backward) })
                {
                    Action As(Course? course) => () =>
                    {
                        Planner.Forced = course;
                        run();
                    };
                    double[] seconds = Timing.Fastest([As(Course.Serial), As(Course.Split), As(null)]);
                    Planner.Forced = null;
                    Report.Compare($"{name} {direction} B·D={batch}·{width} T={steps}", Workers.Count, seconds[2], Math.Min(seconds[0], seconds[1]), seconds[0] < seconds[1] ? "serial" : "split");
                }
            }
        }
    }

    /// <summary>A kernel with its buffers.</summary>
    sealed class Case(Buffers buffers, Action forward, Action backward) : IDisposable
    {
        public Action Forward => forward;

        public Action Backward => backward;

        public void Dispose() => buffers.Dispose();

        public static Case Diagonal(int steps, int batch, int width)
        {
            ScanKernel kernel = ScanKernel.Of<PlainScan>();
            return Of(steps, batch, width, 1, [0.8f, -1], kernel.Forward, kernel.Backward);
        }

        public static Case Block(int steps, int batch, int width)
        {
            ComposedKernel kernel = ComposedKernel.Of<PlainBlock>(StepClass.Block);
            return Of(steps, batch, width, 2, [-0.7f, -0.7f, -1, -1], kernel.Forward, kernel.Backward);
        }

        public static Case Clamped(int steps, int batch, int width)
        {
            ComposedKernel kernel = ComposedKernel.Of<PlainClamped>(StepClass.Clamped);
            return Of(steps, batch, width, 1, [0.8f, -1], kernel.Forward, kernel.Backward);
        }

        // A stream is drawn from [low, 1), a coefficient of a block from (−0.7, 0.7).
        static Case Of(int steps, int batch, int width, int states, float[] lows, Action<RecurrentLaunch, Window> forward, Action<RecurrentLaunch, Window> backward)
        {
            Buffers buffers = new();
            long floats = (long)steps * batch * width;
            Rows Take() => new(buffers.Take(floats), (long)steps * width, width);
            RecurrentLaunch launch = new()
            {
                Width = width,
                Steps = steps,
                Streams = [.. lows.Select(low => new Rows(buffers.Take(floats, low, low == -0.7f ? 0.7f : 1), (long)steps * width, width))],
                StreamAdjoints = [.. lows.Select(_ => new AdjointTarget(Take(), StoreMode.Store))],
                States = [.. Enumerable.Range(0, states).Select(_ => new StateRows
                {
                    Sequence = Take(),
                    SequenceAdjoint = new(buffers.Take(floats, -1, 1), (long)steps * width, width),
                })],
            };
            Window all = new(0, batch, 0, steps);
            return new(buffers, () => forward(launch, all), () => backward(launch, all));
        }
    }
}
