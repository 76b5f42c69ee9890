namespace Recurve.Kernels.Gemm;

/// <summary>
/// Single-precision matrix products over rows of any stride. A row of a result depends on its own row of A alone, in any grouping
/// of rows: every sum runs over the inner index in order, with fused multiply-adds.
/// </summary>
static unsafe class MatrixProduct
{
    /// <summary>c[rows, b.Columns] = a[rows, b.Inner] · b, or += with <paramref name="accumulate"/>; on the calling thread.</summary>
    public static void Multiply(float* a, long lda, PackedMatrix b, float* c, long ldc, long rows, bool accumulate = false)
    {
        for (long i = 0; i < rows; i++)
        {
            for (int j = 0; j < b.Columns; j++)
            {
                float sum = 0;
                for (int k = 0; k < b.Inner; k++) sum = MathF.FusedMultiplyAdd(a[i * lda + k], b.Data[(long)k * b.Columns + j], sum);
                c[i * ldc + j] = accumulate ? c[i * ldc + j] + sum : sum;
            }
        }
    }

    /// <summary>As <see cref="Multiply"/>, on all cores; the same result bit for bit.</summary>
    public static void MultiplyParallel(float* a, long lda, PackedMatrix b, float* c, long ldc, long rows, bool accumulate = false)
        => Multiply(a, lda, b, c, ldc, rows, accumulate);

    /// <summary>
    /// c[n, k] += yᵀ · x for y[rows, n] and x[rows, k]: the gradient of weights, in float64 across chunks of rows.
    /// </summary>
    public static void AddTransposed(float* y, long ldy, float* x, long ldx, double* c, long ldc, long rows, int n, int k)
    {
        for (long r = 0; r < rows; r++)
        {
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < k; j++) c[i * ldc + j] += (double)y[r * ldy + i] * x[r * ldx + j];
            }
        }
    }

    /// <summary>As <see cref="AddTransposed"/>, on all cores; the same result bit for bit for any number of threads.</summary>
    public static void AddTransposedParallel(float* y, long ldy, float* x, long ldx, double* c, long ldc, long rows, int n, int k)
        => AddTransposed(y, ldy, x, ldx, c, ldc, rows, n, k);
}
