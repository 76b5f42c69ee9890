using System.Buffers;
using Recurve.Kernels.Lanes;

namespace Recurve.Kernels.Gemm;

static unsafe partial class MatrixProduct
{
    // Rows whose products are summed in single precision before they join the double sums.
    const int ChunkRows = 512;

    // So many panels of a chunk stay in the second-level cache while all strips pass.
    const int PanelGroup = 4;

    // Rows are divided into segments with sums of their own by the shape alone, never by the number of threads.
    const long SegmentRows = 8192, MostSegments = 8, LargestSums = 1 << 23;

    [ThreadStatic] static PackedMatrix? chunkPanels;
    [ThreadStatic] static PackedStrips? chunkStrips;
    [ThreadStatic] static double[]? chunkSums;

    /// <summary>
    /// c[n, k] += yᵀ · x for y[rows, n] and x[rows, k]: the gradient of weights. Sums run in single precision over chunks of
    /// 512 rows, and in double precision over the chunks in order.
    /// </summary>
    public static void AddTransposed(float* y, long ldy, float* x, long ldx, double* c, long ldc, long rows, int n, int k)
    {
        if (rows <= 0 || n == 0 || k == 0) return;
        PackedMatrix panels = chunkPanels ??= new();
        PackedStrips strips = chunkStrips ??= new();
        int lanes = LaneChoice.Width, height = RegisterTile.Height(lanes), paddedN = (n + height - 1) / height * height;
        int size = checked(paddedN * (k + 2 * lanes));
        if (chunkSums is null || chunkSums.Length < size) chunkSums = GC.AllocateUninitializedArray<double>(size, pinned: true);
        fixed (double* sums = chunkSums)
        {
            new Span<double>(sums, size).Clear();
            for (long row = 0; row < rows; row += ChunkRows)
            {
                int count = (int)Math.Min(ChunkRows, rows - row);
                panels.Fill(x + row * ldx, ldx, count, k);
                strips.Fill(y + row * ldy, ldy, count, n, height);
                for (int panel = 0; panel < panels.FullPanels; panel += PanelGroup)
                {
                    ChunkProduct product = new(strips, panels, sums, panel, Math.Min(panel + PanelGroup, panels.FullPanels));
                    LaneChoice.Run(ref product, panels.LaneWidth);
                }
                if (panels.RestColumns == 0) continue;
                ChunkProduct rest = new(strips, panels, sums, panels.FullPanels, panels.FullPanels + 1);
                LaneChoice.Run(ref rest, panels.RestLaneWidth);
            }
            for (int panel = 0; panel <= panels.FullPanels; panel++) ChunkProduct.AddTo(c, ldc, strips, panels, sums, panel);
        }
    }

    /// <summary>
    /// As <see cref="AddTransposed"/>, on all cores. More than 8192 rows are summed in up to eight segments, which are then added in order:
    /// the same result bit for bit for any number of threads.
    /// </summary>
    public static void AddTransposedParallel(float* y, long ldy, float* x, long ldx, double* c, long ldc, long rows, int n, int k)
    {
        if (rows <= 0 || n == 0 || k == 0) return;
        long sums = (long)n * k;
        int segments = (int)Math.Clamp(Math.Min(rows / SegmentRows, LargestSums / sums), 1, MostSegments);
        if (segments == 1 && (double)rows * sums < SmallestParallel)
        {
            AddTransposed(y, ldy, x, ldx, c, ldc, rows, n, k);
            return;
        }

        // The other dimension is divided for the threads' sake: it leaves every sum as it is. No further than they need, since every part packs the rest again.
        bool divideN = n >= 16 || n >= k;
        int unit = divideN ? 8 : 2 * LaneChoice.Width, size = divideN ? n : k, units = (size + unit - 1) / unit;
        int groups = Math.Clamp((Workers.Count + segments - 1) / segments, 1, Math.Max(1, units / 2));
        double[] partial = ArrayPool<double>.Shared.Rent((int)((segments - 1) * sums));
        fixed (double* partials = partial)
        {
            double* others = partials;
            Workers.For(segments * groups, task =>
            {
                int segment = task / groups, group = task % groups;
                long first = rows * segment / segments, end = rows * (segment + 1) / segments;
                int from = (int)((long)units * group / groups) * unit;
                int until = Math.Min(size, (int)((long)units * (group + 1) / groups) * unit);
                int firstN = divideN ? from : 0, firstK = divideN ? 0 : from;
                int countN = divideN ? until - from : n, countK = divideN ? k : until - from;
                double* target = segment == 0 ? c + firstN * ldc + firstK : others + (segment - 1) * sums + (long)firstN * k + firstK;
                long stride = segment == 0 ? ldc : k;
                for (int i = 0; i < countN && segment > 0; i++) new Span<double>(target + i * stride, countK).Clear();
                AddTransposed(y + first * ldy + firstN, ldy, x + first * ldx + firstK, ldx, target, stride, end - first, countN, countK);
            });
            for (int segment = 1; segment < segments; segment++)
            {
                double* source = others + (segment - 1) * sums;
                for (long i = 0; i < n; i++)
                {
                    for (long j = 0; j < k; j++) c[i * ldc + j] += source[i * k + j];
                }
            }
        }
        ArrayPool<double>.Shared.Return(partial);
    }
}
