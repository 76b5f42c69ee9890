using System.Runtime.InteropServices;
using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Scan;

namespace Recurve.Benchmarks;

/// <summary>
/// The scan h = a h + b beside the C version on the same threads, and beside the triad of this machine: 12 bytes per element
/// forward (a, b, h), 20 backward (a, h, dh, da, db).
/// </summary>
static unsafe class ScanSection
{
    public static void Run()
    {
        if (ScanLibrary.Missing is { } why) Report.Missing("peer", why);
        Timing.ForThreads(threads =>
        {
            Measure(1024, 16, 256, threads);
            Measure(65536, 1, 256, threads);
        });
    }

    static void Measure(int steps, int batch, int width, int threads)
    {
        using Buffers buffers = new();
        long floats = (long)steps * batch * width;
        float* a = buffers.Take(floats, 0.8f, 1), b = buffers.Take(floats, -1, 1), h = buffers.Take(floats), g = buffers.Take(floats, -1, 1);
        float* da = buffers.Take(floats), db = buffers.Take(floats);
        Rows Rows(float* start) => new(start, (long)steps * width, width);
        RecurrentLaunch launch = new()
        {
            Width = width,
            Steps = steps,
            Streams = [Rows(a), Rows(b)],
            StreamAdjoints = [new AdjointTarget(Rows(da), StoreMode.Store), new AdjointTarget(Rows(db), StoreMode.Store)],
            States = [new StateRows { Sequence = Rows(h), SequenceAdjoint = Rows(g) }],
        };
        ScanKernel kernel = ScanKernel.Of<PlainScan>();
        Window all = new(0, batch, 0, steps);
        string shape = $"T={steps} B={batch} H={width}";

        // both write the same memory: where its pages lie counts for as much as the code
        CPeer peer = new(a, b, g, h, da, db, buffers, steps, batch, width, threads);
        Action ours = () => kernel.Forward(launch, all), oursBackward = () => kernel.Backward(launch, all);
        bool hasPeer = ScanLibrary.Missing is null;
        // one direction after the other: a backward call leaves the caches warm for another, a forward call does not
        double[] forwards = hasPeer ? Timing.Medians(ours, peer.Forward) : Timing.Medians(ours);
        double[] backwards = hasPeer ? Timing.Medians(oursBackward, peer.Backward) : Timing.Medians(oursBackward);
        double forward = forwards[0], backward = backwards[0];
        Report.Compare($"forward {shape}", threads, forward, 12.0 * floats * Bandwidth.TriadSeconds(threads), "triad, 12 bytes per element", 12.0 * floats, "GB/s");
        Report.Compare($"backward {shape}", threads, backward, 20.0 * floats * Bandwidth.TriadSeconds(threads), "triad, 20 bytes per element", 20.0 * floats, "GB/s");
        if (!hasPeer) return;

        double peerForward = forwards[1], peerBackward = backwards[1];
        Report.Compare($"forward {shape}", threads, forward, peerForward, "C");
        Report.Compare($"backward {shape}", threads, backward, peerBackward, "C");
        Report.Compare($"forward and backward {shape}", threads, forward + backward, peerForward + peerBackward, "C");
        float* kept = buffers.Take(floats);
        Agree(ours, peer.Forward, h, kept, floats, "h");
        Agree(oursBackward, peer.Backward, da, kept, floats, "da");
        Agree(oursBackward, peer.Backward, db, kept, floats, "db");
    }

    // Figures of a kernel that computes something else would be worth nothing.
    static void Agree(Action run, Action runPeer, float* ours, float* peer, long floats, string name)
    {
        runPeer();
        NativeMemory.Copy(ours, peer, (nuint)floats * sizeof(float));
        NativeMemory.Clear(ours, (nuint)floats * sizeof(float));
        run();
        double difference = 0, magnitude = 0;
        for (long i = 0; i < floats; i++)
        {
            difference += ((double)ours[i] - peer[i]) * ((double)ours[i] - peer[i]);
            magnitude += (double)peer[i] * peer[i];
        }
        if (!(difference <= 1e-12 * magnitude)) throw new InvalidOperationException($"{name} differs from the C version by {Math.Sqrt(difference / magnitude):E1}");
    }

    /// <summary>One thread's share at a time, on the library's own threads.</summary>
    sealed class CPeer(float* a, float* b, float* g, float* h, float* da, float* db, Buffers buffers, int steps, int batch, int width, int threads)
    {
        // As ScanSplit: 512 KB of what a tile reads.
        readonly int forwardTile = 131072 / (2 * width), backwardTile = 131072 / (4 * width);
        readonly float* carries = buffers.Take((steps / (131072L / (4 * width)) + 2) * width);
        readonly int* flags = (int*)buffers.Take(steps + 16);

        bool Tiled => batch < threads;

        public void Forward()
        {
            if (Tiled) Tiles(() => ScanLibrary.ForwardTiles(a, b, h, steps, width, forwardTile, carries, flags + 16, flags));
            else Workers.For(batch, i => ScanLibrary.Forward(a + At(i), b + At(i), h + At(i), steps, width));
        }

        public void Backward()
        {
            if (Tiled) Tiles(() => ScanLibrary.BackwardTiles(a, h, g, da, db, steps, width, backwardTile, carries, flags + 16, flags));
            else Workers.For(batch, i => ScanLibrary.Backward(a + At(i), h + At(i), g + At(i), da + At(i), db + At(i), steps, width));
        }

        long At(int sequence) => (long)sequence * steps * width;

        void Tiles(Action share)
        {
            new Span<int>(flags, steps + 16).Clear();
            new Span<float>(carries, width).Clear();
            Workers.For(threads, _ => share());
        }
    }
}
