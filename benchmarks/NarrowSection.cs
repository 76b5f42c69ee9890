using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Map;
using Recurve.Kernels.Scan;

namespace Recurve.Benchmarks;

/// <summary>
/// Rows of fewer channels than a lane: 2¹⁸ numbers per buffer, beside the same number of them in rows of 64 channels. Rates count the streams read
/// and the results written, 4 bytes each.
/// </summary>
static unsafe class NarrowSection
{
    const int Elements = 1 << 18, Wide = 64;

    public static void Run() => Timing.ForThreads(threads =>
    {
        foreach (int batch in new[] { 1, 16 })
        {
            Measure("h = a h + b", batch, threads, Scan<PlainScan>(2, biases: 0, stacked: false), 3, 5);
            Measure("minGRU, stacked", batch, threads, Scan<GatedScan>(2, biases: 2, stacked: true), 3, 6);
            Measure("sigmoid(x + bias)", batch, threads, Map, 2, 3);
        }
    });

    delegate (Action Forward, Action Backward) Case(Buffers buffers, int batch, int steps, int width);

    static void Measure(string name, int batch, int threads, Case of, int forwardBuffers, int backwardBuffers)
    {
        (double Forward, double Backward) Times(int width)
        {
            using Buffers buffers = new();
            (Action forward, Action backward) = of(buffers, batch, Elements / width / batch, width);
            return (Timing.Median(forward, threads, warmUp: 0.2, budget: 0.5), Timing.Median(backward, threads, warmUp: 0.2, budget: 0.5));
        }

        (double Forward, double Backward) wide = Times(Wide);
        foreach (int width in new[] { 1, 2, 3, 8 })
        {
            (double forward, double backward) = Times(width);
            string what = $"{name} B={batch} H={width}";
            Report.Compare($"{what} forward", threads, forward, wide.Forward, "H=64", 4.0 * forwardBuffers * Elements, "GB/s");
            Report.Compare($"{what} backward", threads, backward, wide.Backward, "H=64", 4.0 * backwardBuffers * Elements, "GB/s");
        }
    }

    static Case Scan<TBody>(int streams, int biases, bool stacked) where TBody : struct, IScanBody => (buffers, batch, steps, width) =>
    {
        Rows Rows(float* start, int stride) => new(start, (long)steps * stride, stride);
        // the parts of a projection lie side by side
        Rows[] Signals(float low, float high)
        {
            float* all = buffers.Take(2L * Elements, low, high);
            return [.. Enumerable.Range(0, streams).Select(i => stacked ? Rows(all + i * width, streams * width) : Rows(all + (long)i * Elements, width))];
        }

        double* sums = (double*)buffers.Take(2L * biases * width + 1);
        RecurrentLaunch launch = new()
        {
            Width = width,
            Steps = steps,
            Streams = [.. Signals(0, 0.9f), .. Enumerable.Range(0, biases).Select(i => new Rows(buffers.Take(width, -1, 1), 0, 0))],
            StreamAdjoints =
            [
                .. Signals(0, 0).Select(rows => new AdjointTarget(rows, StoreMode.Store)),
                .. Enumerable.Range(0, biases).Select(i => AdjointTarget.Summed((nint)(sums + i * width))),
            ],
            States = [new StateRows { Sequence = Rows(buffers.Take(Elements), width), SequenceAdjoint = Rows(buffers.Take(Elements, -1, 1), width) }],
        };
        ScanKernel kernel = ScanKernel.Of<TBody>();
        Window all = new(0, batch, 0, steps);
        return (() => kernel.Forward(launch, all), () => kernel.Backward(launch, all));
    };

    static (Action Forward, Action Backward) Map(Buffers buffers, int batch, int steps, int width)
    {
        Rows Rows(float* start) => new(start, (long)steps * width, width);
        Launch launch = new()
        {
            Width = width,
            Streams = [Rows(buffers.Take(Elements, -1, 1)), new Rows(buffers.Take(width, -1, 1), 0, 0)],
            Outputs = [Rows(buffers.Take(Elements))],
            OutputAdjoints = [Rows(buffers.Take(Elements, -1, 1))],
            StreamAdjoints = [new AdjointTarget(Rows(buffers.Take(Elements)), StoreMode.Store), AdjointTarget.Summed((nint)buffers.Take(2L * width))],
        };
        MapKernel kernel = MapKernel.Of<SigmoidMap>();
        Window all = new(0, batch, 0, steps);
        return (() => kernel.Forward(launch, all), () => kernel.Adjoint(launch, all));
    }
}
