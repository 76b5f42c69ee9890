using Recurve.Kernels.Gemm;

namespace Recurve.Benchmarks;

/// <summary>The three products of a layer, and those of one time step, beside OpenBLAS on the same memory.</summary>
static unsafe class GemmSection
{
    public static void Run()
    {
        if (OpenBlas.Missing is { } why) Report.Missing("peer", why);
        Timing.ForThreads(threads =>
        {
            if (OpenBlas.Missing is null) OpenBlas.Threads = threads;
            foreach ((int m, int k, int n) in new[] { (16384, 128, 256), (16384, 256, 512), (65536, 64, 192), (4096, 512, 512) })
            {
                Project(m, k, n, threads);
                DataGradient(m, k, n, threads);
                WeightGradient(m, k, n, threads);
            }
            foreach (int m in new[] { 1, 2, 8, 16 }) OneStep(m, 128, 512, threads);
        });
    }

    static void Project(int m, int k, int n, int threads)
    {
        using Buffers buffers = new();
        float* x = buffers.Take((long)m * k, -1, 1), w = buffers.Take((long)n * k, -1, 1), y = buffers.Take((long)m * n);
        PackedMatrix packed = new();
        double ours = Timing.Median(() =>
        {
            packed.FillTransposed(w, k, n, k);
            MatrixProduct.MultiplyParallel(x, k, packed, y, n, m);
        }, threads);
        Line($"X Wᵀ  {m} × {k} → {n}", threads, ours, 2.0 * m * n * k,
            () => OpenBlas.Multiply(false, true, m, n, k, x, k, w, k, y, n));
    }

    static void DataGradient(int m, int k, int n, int threads)
    {
        using Buffers buffers = new();
        float* dy = buffers.Take((long)m * n, -1, 1), w = buffers.Take((long)n * k, -1, 1), dx = buffers.Take((long)m * k);
        PackedMatrix packed = new();
        double ours = Timing.Median(() =>
        {
            packed.Fill(w, k, n, k);
            MatrixProduct.MultiplyParallel(dy, n, packed, dx, k, m);
        }, threads);
        Line($"dY W  {m} × {n} → {k}", threads, ours, 2.0 * m * n * k,
            () => OpenBlas.Multiply(false, false, m, k, n, dy, n, w, k, dx, k));
    }

    static void WeightGradient(int m, int k, int n, int threads)
    {
        using Buffers buffers = new();
        float* dy = buffers.Take((long)m * n, -1, 1), x = buffers.Take((long)m * k, -1, 1), dw = buffers.Take((long)n * k);
        double[] sums = new double[n * k];
        double ours = Timing.Median(() =>
        {
            fixed (double* target = sums) MatrixProduct.AddTransposedParallel(dy, n, x, k, target, k, m, n, k);
        }, threads);
        Line($"dYᵀ X  {m} rows → {n} × {k}", threads, ours, 2.0 * m * n * k,
            () => OpenBlas.Multiply(true, false, n, k, m, dy, n, x, k, dw, k));
    }

    // Weights packed before, as in a loop over time; a hundred steps on one thread, which is how a cell runs them.
    static void OneStep(int m, int k, int n, int threads)
    {
        if (threads > 1) return;
        const int Steps = 100;
        using Buffers buffers = new();
        float* h = buffers.Take((long)m * k, -1, 1), u = buffers.Take((long)n * k, -1, 1), y = buffers.Take((long)m * n);
        PackedMatrix packed = PackedMatrix.PackTransposed(u, k, n, k);
        double ours = Timing.Median(() =>
        {
            for (int t = 0; t < Steps; t++) MatrixProduct.Multiply(h, k, packed, y, n, m);
        }, threads);
        Line($"one step  {m} × {k} → {n}", threads, ours, 2.0 * m * n * k * Steps, () =>
        {
            for (int t = 0; t < Steps; t++) OpenBlas.Multiply(false, true, m, n, k, h, k, u, k, y, n);
        });
    }

    static void Line(string what, int threads, double ours, double work, Action peer)
    {
        if (OpenBlas.Missing is null) Report.Compare(what, threads, ours, Timing.Median(peer, threads), "OpenBLAS", work, "GFLOP/s");
        else Report.Single(what, threads, ours, work, "GFLOP/s");
    }
}
