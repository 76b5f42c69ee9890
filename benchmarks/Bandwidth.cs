using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Lanes;

namespace Recurve.Benchmarks;

/// <summary>Copy and triad with ordinary and with non-temporal stores: what any kernel that streams can reach here.</summary>
static unsafe class Bandwidth
{
    const long Floats = 1 << 25;

    /// <summary>Seconds per byte of the ordinary-store triad on a number of threads; measured once.</summary>
    public static double TriadSeconds(int threads)
    {
        if (!triads.TryGetValue(threads, out double seconds))
        {
            using Buffers buffers = new();
            seconds = triads[threads] = Measure(buffers.Take(Floats), buffers.Take(Floats, 0, 1), buffers.Take(Floats, 0, 1), Kind.Triad, threads) / (12.0 * Floats);
        }
        return seconds;
    }

    static readonly Dictionary<int, double> triads = [];

    public static void Run()
    {
        using Buffers buffers = new();
        float* a = buffers.Take(Floats), b = buffers.Take(Floats, 0, 1), c = buffers.Take(Floats, 0, 1);
        Timing.ForThreads(threads =>
        {
            foreach (Kind kind in Enum.GetValues<Kind>())
            {
                double bytes = (kind is Kind.Copy or Kind.CopyPastCaches ? 8.0 : 12.0) * Floats, seconds = Measure(a, b, c, kind, threads);
                if (kind == Kind.Triad) triads[threads] = seconds / bytes;
                string name = kind switch
                {
                    Kind.Copy => "copy a = b",
                    Kind.CopyPastCaches => "copy, non-temporal stores",
                    Kind.Triad => "triad a = b + s c",
                    _ => "triad, non-temporal stores",
                };
                Report.Single(name, threads, seconds, bytes, "GB/s");
            }
        });
    }

    static double Measure(float* a, float* b, float* c, Kind kind, int threads)
    {
        // Pieces of a megabyte in order: threads walk side by side, as they do in the kernels.
        const long Piece = 1 << 18;
        return Timing.Median(() => Workers.For((int)(Floats / Piece), piece =>
        {
            long start = piece * Piece;
            Walk walk = new(a + start, b + start, c + start, Piece, kind);
            LaneChoice.Run(ref walk);
        }), threads);
    }

    enum Kind { Copy, CopyPastCaches, Triad, TriadPastCaches }

    readonly struct Walk(float* a, float* b, float* c, long count, Kind kind) : ILaneAction
    {
        public void Run<V>() where V : unmanaged, ILane<V>
        {
            V s = 0.5f;
            // Buffers are skewed by whole cache lines, so every lane is aligned.
            if (kind == Kind.Copy) for (long i = 0; i < count; i += V.Width) V.Store(V.Load(b + i), a + i);
            else if (kind == Kind.CopyPastCaches) for (long i = 0; i < count; i += V.Width) V.StoreNonTemporal(V.Load(b + i), a + i);
            else if (kind == Kind.Triad) for (long i = 0; i < count; i += V.Width) V.Store(V.FusedMultiplyAdd(V.Load(c + i), s, V.Load(b + i)), a + i);
            else for (long i = 0; i < count; i += V.Width) V.StoreNonTemporal(V.FusedMultiplyAdd(V.Load(c + i), s, V.Load(b + i)), a + i);
        }
    }
}
