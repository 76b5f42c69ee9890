using Recurve.Kernels;
using Recurve.Kernels.Gemm;
using Recurve.Kernels.Lanes;

namespace Recurve.Runtime.Tests.Kernels.Gemm;

/// <summary>Products against double precision, at ragged shapes, on every lane width.</summary>
[Collection("Lanes and threads")]
public sealed unsafe class MatrixProductTests : IDisposable
{
    static readonly int[] rowCounts = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16, 17, 50, 131];
    static readonly int[] innerSizes = [0, 1, 3, 64, 513, 1100];
    static readonly int[] columnCounts = [0, 1, 3, 4, 5, 8, 9, 15, 16, 17, 31, 32, 33, 48, 65, 100];

    readonly int width = LaneChoice.Width, threads = Workers.Count;

    public void Dispose()
    {
        LaneChoice.Width = width;
        Workers.Count = threads;
    }

    public static TheoryData<int> Widths => [1, 4, 8, 16];

    [Theory, MemberData(nameof(Widths))]
    public void MultiplyIsTheProduct(int lanes)
    {
        LaneChoice.Width = lanes;
        foreach (int rows in rowCounts)
        {
            foreach (int inner in innerSizes)
            {
                foreach (int columns in columnCounts)
                {
                    if ((long)rows * inner * columns > 2_000_000) continue;
                    foreach (bool transposed in new[] { false, true }) CheckMultiply(rows, inner, columns, transposed, accumulate: columns % 2 == 0);
                }
            }
        }
    }

    static void CheckMultiply(int rows, int inner, int columns, bool transposed, bool accumulate)
    {
        Grid a = Grid.Random(rows, inner, gap: 3, seed: 1), c = Grid.Random(rows, columns, gap: 5, seed: 3), before = c.Copy();
        Grid b = transposed ? Grid.Random(columns, inner, gap: 2, seed: 2) : Grid.Random(inner, columns, gap: 2, seed: 2);
        fixed (float* pa = a.Data, pb = b.Data, pc = c.Data)
        {
            PackedMatrix packed = transposed
                ? PackedMatrix.PackTransposed(pb, b.Stride, columns, inner)
                : PackedMatrix.Pack(pb, b.Stride, inner, columns);
            MatrixProduct.Multiply(pa, a.Stride, packed, pc, c.Stride, rows, accumulate);
        }
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                double exact = accumulate ? before[i, j] : 0, magnitude = Math.Abs(exact);
                for (int k = 0; k < inner; k++)
                {
                    double term = (double)a[i, k] * (transposed ? b[j, k] : b[k, j]);
                    exact += term;
                    magnitude += Math.Abs(term);
                }
                if (!(Math.Abs(c[i, j] - exact) <= 6e-8 * (inner + 1) * magnitude))
                    Assert.Fail($"[{rows},{inner}]·[{inner},{columns}] transposed {transposed}: c[{i},{j}] = {c[i, j]:R}, exact {exact:R}");
            }
        }
        Assert.True(c.GapsEqual(before), "wrote between the rows of the result");
    }

    [Fact]
    public void EveryWidthAndEveryGroupingOfRowsGivesTheSameBits()
    {
        const int Rows = 61, Inner = 700, Columns = 77;
        Grid a = Grid.Random(Rows, Inner, gap: 1, seed: 4), b = Grid.Random(Columns, Inner, gap: 0, seed: 5);
        Grid expected = Product(a, b, 1, groups: [Rows], parallel: false);
        foreach (int lanes in new[] { 1, 4, 8, 16 })
        {
            LaneChoice.Width = lanes;
            foreach (int[] groups in new int[][] { [61], [1, 60], [8, 8, 45], [3, 5, 6, 7, 40], [2, 2, 2, 55], [30, 31] })
            {
                Assert.Equal(expected.Data, Product(a, b, lanes, groups, parallel: false).Data);
            }
            foreach (int count in new[] { 1, 2, 3, 7 })
            {
                Workers.Count = count;
                Assert.Equal(expected.Data, Product(a, b, lanes, [Rows], parallel: true).Data);
            }
        }
    }

    static Grid Product(Grid a, Grid b, int lanes, int[] groups, bool parallel)
    {
        LaneChoice.Width = lanes;
        Grid c = new(a.Rows, b.Rows, 0);
        fixed (float* pa = a.Data, pb = b.Data, pc = c.Data)
        {
            PackedMatrix packed = PackedMatrix.PackTransposed(pb, b.Stride, b.Rows, b.Columns);
            long row = 0;
            foreach (int count in groups)
            {
                if (parallel) MatrixProduct.MultiplyParallel(pa + row * a.Stride, a.Stride, packed, pc + row * c.Stride, c.Stride, count);
                else MatrixProduct.Multiply(pa + row * a.Stride, a.Stride, packed, pc + row * c.Stride, c.Stride, count);
                row += count;
            }
        }
        return c;
    }

    [Fact]
    public void NoRowsAreNoProductHoweverLargeTheMatrix()
    {
        Grid a = Grid.Random(1, 512, gap: 0, seed: 4), b = Grid.Random(512, 512, gap: 0, seed: 5);
        Workers.Count = 2;
        Assert.All(Product(a, b, LaneChoice.Width, [0], parallel: true).Data, number => Assert.Equal(0, number));
    }

    [Theory, MemberData(nameof(Widths))]
    public void ARowOfNaNStaysARow(int lanes)
    {
        Grid a = Grid.Random(19, 33, gap: 0, seed: 6), b = Grid.Random(21, 33, gap: 0, seed: 7);
        for (int k = 0; k < 33; k++) a.Data[7 * a.Stride + k] = float.NaN;
        Grid c = Product(a, b, lanes, [19], parallel: false);
        for (int i = 0; i < 19; i++)
        {
            for (int j = 0; j < 21; j++) Assert.Equal(i == 7, float.IsNaN(c[i, j]));
        }
    }

    [Fact]
    public void RefillingKeepsNothingOfTheOldMatrix()
    {
        Grid large = Grid.Random(90, 70, gap: 0, seed: 8), a = Grid.Random(9, 20, gap: 0, seed: 9), small = Grid.Random(20, 33, gap: 0, seed: 10);
        Grid fresh = new(9, 33, 0), refilled = new(9, 33, 0);
        fixed (float* pl = large.Data, pa = a.Data, ps = small.Data, pf = fresh.Data, pr = refilled.Data)
        {
            PackedMatrix packed = PackedMatrix.Pack(pl, large.Stride, 90, 70);
            packed.Fill(ps, small.Stride, 20, 33);
            MatrixProduct.Multiply(pa, a.Stride, packed, pr, refilled.Stride, 9);
            MatrixProduct.Multiply(pa, a.Stride, PackedMatrix.Pack(ps, small.Stride, 20, 33), pf, fresh.Stride, 9);
        }
        Assert.Equal(fresh.Data, refilled.Data);
    }
}
