using Recurve.Kernels.Lanes;

namespace Recurve.Kernels.Gemm;

/// <summary>
/// Single-precision matrix products over rows of any stride. A row of a result depends on its own row of A alone, in any grouping
/// of rows: every sum runs over the inner index in order, with fused multiply-adds.
/// </summary>
static unsafe partial class MatrixProduct
{
    // Fewer multiply-adds than these are over before another thread has begun. All of b is read however few the rows are, which costs as much as more of them.
    const double SmallestParallel = 262144, RowsOfReading = 1.5;

    static Spare<ProductJob> jobs;

    /// <summary>c[rows, b.Columns] = a[rows, b.Inner] · b, or += with <paramref name="accumulate"/>; on the calling thread.</summary>
    public static void Multiply(float* a, long lda, PackedMatrix b, float* c, long ldc, long rows, bool accumulate = false)
    {
        MultiplyPanels(OperandsOf(a, lda, b, c, ldc, accumulate), b, rows, 0, b.FullPanels + 1);
    }

    /// <summary>As <see cref="Multiply"/>, on all cores; the same result bit for bit.</summary>
    public static void MultiplyParallel(float* a, long lda, PackedMatrix b, float* c, long ldc, long rows, bool accumulate = false)
    {
        if (rows == 0 || (rows + RowsOfReading) * b.Inner * b.Columns < SmallestParallel || Workers.Count == 1 || Workers.IsInTask)
        {
            Multiply(a, lda, b, c, ldc, rows, accumulate);
            return;
        }
        ProductJob job = jobs.Take();
        job.Execute(OperandsOf(a, lda, b, c, ldc, accumulate), b, rows);
        jobs.Keep(job);
    }

    static Operands OperandsOf(float* a, long lda, PackedMatrix b, float* c, long ldc, bool accumulate)
        => new() { A = a, RowStride = lda, InnerStride = 1, Inner = b.Inner, C = c, StrideC = ldc, Accumulate = accumulate };

    /// <summary>Panels [first, end) of b; the one after the full panels is the narrower one, which may be empty.</summary>
    public static void MultiplyPanels(in Operands x, PackedMatrix b, long rows, int first, int end)
    {
        if (rows <= 0 || b.Columns == 0) return;
        PanelProduct full = new(x, b, rows, first, Math.Min(end, b.FullPanels), 2 * b.LaneWidth);
        LaneChoice.Run(ref full, b.LaneWidth);
        if (end <= b.FullPanels || b.RestColumns == 0) return;
        PanelProduct rest = new(x, b, rows, b.FullPanels, end, b.RestColumns);
        LaneChoice.Run(ref rest, b.RestLaneWidth);
    }
}
