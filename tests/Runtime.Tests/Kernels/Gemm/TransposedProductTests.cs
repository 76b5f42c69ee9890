using Recurve.Kernels;
using Recurve.Kernels.Gemm;
using Recurve.Kernels.Lanes;

namespace Recurve.Runtime.Tests.Kernels.Gemm;

[Collection("Lanes and threads")]
public sealed unsafe class TransposedProductTests : IDisposable
{
    readonly int width = LaneChoice.Width, threads = Workers.Count;

    public void Dispose()
    {
        LaneChoice.Width = width;
        Workers.Count = threads;
    }

    [Theory, InlineData(1), InlineData(4), InlineData(8), InlineData(16)]
    public void AddTransposedIsTheProduct(int lanes)
    {
        LaneChoice.Width = lanes;
        foreach (int rows in new[] { 0, 1, 2, 255, 256, 257, 600 })
        {
            foreach (int n in new[] { 0, 1, 3, 6, 8, 9, 17, 40 })
            {
                foreach (int k in new[] { 0, 1, 3, 8, 15, 16, 17, 33, 70 })
                {
                    Check(rows, n, k, parallel: false);
                    Check(rows, n, k, parallel: true);
                }
            }
        }
    }

    static void Check(int rows, int n, int k, bool parallel)
    {
        Grid y = Grid.Random(rows, n, gap: 3, seed: 1), x = Grid.Random(rows, k, gap: 1, seed: 2);
        int stride = k + 2;
        double[] c = new double[n * stride + 1];
        Array.Fill(c, 0.25);
        Add(y, x, c, stride, parallel);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < stride; j++)
            {
                double exact = 0.25, magnitude = 0.25;
                for (int r = 0; r < rows && j < k; r++)
                {
                    exact += (double)y[r, i] * x[r, j];
                    magnitude += Math.Abs((double)y[r, i] * x[r, j]);
                }
                double error = Math.Abs(c[i * stride + j] - exact);
                if (!(error <= 6e-8 * 20 * magnitude)) Assert.Fail($"rows {rows}, c[{i},{j}] of [{n},{k}] = {c[i * stride + j]:R}, exact {exact:R}");
            }
        }
    }

    static void Add(Grid y, Grid x, double[] c, int stride, bool parallel)
    {
        fixed (float* py = y.Data, px = x.Data)
        fixed (double* pc = c)
        {
            if (parallel) MatrixProduct.AddTransposedParallel(py, y.Stride, px, x.Stride, pc, stride, y.Rows, y.Columns, x.Columns);
            else MatrixProduct.AddTransposed(py, y.Stride, px, x.Stride, pc, stride, y.Rows, y.Columns, x.Columns);
        }
    }

    [Theory, InlineData(20000, 40, 50), InlineData(17000, 3, 130), InlineData(1000, 64, 96), InlineData(70000, 1, 1)]
    public void AnyNumberOfThreadsGivesTheSameBits(int rows, int n, int k)
    {
        Grid y = Grid.Random(rows, n, gap: 0, seed: 3), x = Grid.Random(rows, k, gap: 0, seed: 4);
        double[] expected = new double[n * k];
        Workers.Count = 1;
        Add(y, x, expected, k, parallel: true);
        foreach (int count in new[] { 2, 3, 5 })
        {
            Workers.Count = count;
            double[] c = new double[n * k];
            Add(y, x, c, k, parallel: true);
            Assert.Equal(expected, c);
        }
    }

    [Fact]
    public void AMillionRowsKeepTheirDigits()
    {
        // All terms positive: a single-precision sum of a million of them is off by 3e-5.
        const int Rows = 1 << 20;
        Grid y = Grid.Random(Rows, 1, gap: 0, seed: 5), x = Grid.Random(Rows, 1, gap: 0, seed: 6);
        double exact = 0;
        for (int r = 0; r < Rows; r++)
        {
            y.Data[r] = Math.Abs(y.Data[r]);
            x.Data[r] = Math.Abs(x.Data[r]);
            exact += (double)y.Data[r] * x.Data[r];
        }
        double[] c = new double[1];
        Add(y, x, c, 1, parallel: true);
        Assert.True(Math.Abs(c[0] - exact) <= 2e-7 * exact, $"{c[0]:R}, exact {exact:R}");
    }
}
