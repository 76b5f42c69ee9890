using Recurve.Kernels.Lanes;

namespace Recurve.Kernels.Gemm;

/// <summary>
/// Single-precision matrix products over rows of any stride. A row of a result depends on its own row of A alone, in any grouping
/// of rows: every sum runs over the inner index in order, with fused multiply-adds.
/// </summary>
static unsafe partial class MatrixProduct
{
    // Fewer multiply-adds than these are over before another thread has begun.
    const double SmallestParallel = 262144;

    /// <summary>c[rows, b.Columns] = a[rows, b.Inner] · b, or += with <paramref name="accumulate"/>; on the calling thread.</summary>
    public static void Multiply(float* a, long lda, PackedMatrix b, float* c, long ldc, long rows, bool accumulate = false)
    {
        Operands x = new() { A = a, RowStride = lda, InnerStride = 1, Inner = b.Inner, C = c, StrideC = ldc, Accumulate = accumulate };
        MultiplyPanels(x, b, rows, 0, b.FullPanels + 1);
    }

    /// <summary>As <see cref="Multiply"/>, on all cores; the same result bit for bit.</summary>
    public static void MultiplyParallel(float* a, long lda, PackedMatrix b, float* c, long ldc, long rows, bool accumulate = false)
    {
        if ((double)rows * b.Inner * b.Columns < SmallestParallel || Workers.Count == 1) Multiply(a, lda, b, c, ldc, rows, accumulate);
        else Divide(a, lda, b, c, ldc, rows, accumulate);
    }

    /// <summary>Blocks of rows; where these are few, groups of panels too. A result does not show how it was divided.</summary>
    static void Divide(float* a, long lda, PackedMatrix b, float* c, long ldc, long rows, bool accumulate)
    {
        long blockRows = Math.Clamp(rows / (4 * Workers.Count) / 24 * 24, 48, 480);
        int blocks = checked((int)((rows + blockRows - 1) / blockRows)), panels = b.FullPanels + 1;
        int groups = Math.Clamp(2 * Workers.Count / blocks, 1, (panels + 1) / 2);
        Workers.For(blocks * groups, task =>
        {
            long row = task / groups * blockRows;
            int group = task % groups;
            Operands x = new()
            {
                A = a + row * lda,
                RowStride = lda,
                InnerStride = 1,
                Inner = b.Inner,
                C = c + row * ldc,
                StrideC = ldc,
                Accumulate = accumulate,
            };
            int first = panels * group / groups, end = panels * (group + 1) / groups;
            MultiplyPanels(x, b, Math.Min(blockRows, rows - row), first, end);
        });
    }

    /// <summary>Panels [first, end) of b; the one after the full panels is the narrower one, which may be empty.</summary>
    static void MultiplyPanels(in Operands x, PackedMatrix b, long rows, int first, int end)
    {
        if (rows <= 0 || b.Columns == 0) return;
        PanelProduct full = new(x, b, rows, first, Math.Min(end, b.FullPanels), 2 * b.LaneWidth);
        LaneChoice.Run(ref full, b.LaneWidth);
        if (end <= b.FullPanels || b.RestColumns == 0) return;
        PanelProduct rest = new(x, b, rows, b.FullPanels, end, b.RestColumns);
        LaneChoice.Run(ref rest, b.RestLaneWidth);
    }
}
