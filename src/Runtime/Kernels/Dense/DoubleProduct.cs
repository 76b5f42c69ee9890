using System.Numerics;

namespace Recurve.Kernels.Dense;

/// <summary>Products of square matrices in double precision, for powers.</summary>
internal static unsafe class DoubleProduct
{
    const int Rows = 4;

    static readonly int lane = Vector<double>.Count, panel = 2 * lane;

    /// <summary>c = a · b, all [size, size]; c is neither a nor b.</summary>
    public static void Multiply(double* a, double* b, double* c, int size)
    {
        Workers.For((size + panel - 1) / panel, index =>
        {
            var scratch = Scratch.OfTask();
            double* columns = scratch.Take<double>((long)size * panel), tile = scratch.Take<double>(Rows * panel);
            var (first, count) = (index * panel, Math.Min(panel, size - index * panel));
            // side by side and padded with zeros: as a column of a wide matrix they would share few places of the cache
            for (var k = 0; k < size; k++)
            {
                for (var j = 0; j < panel; j++) columns[k * panel + j] = j < count ? b[(long)k * size + first + j] : 0;
            }
            for (var row = 0; row < size; row += Rows)
            {
                var height = Math.Min(Rows, size - row);
                // rows past the end are computed from the last one and thrown away
                Tile(a + (long)row * size, size, Math.Min(1, height - 1), Math.Min(2, height - 1), height - 1, columns, tile);
                for (var i = 0; i < height; i++)
                {
                    for (var j = 0; j < count; j++) c[(long)(row + i) * size + first + j] = tile[i * panel + j];
                }
            }
        });
    }

    static void Tile(double* a, int size, int row1, int row2, int row3, double* columns, double* tile)
    {
        double* a1 = a + (long)row1 * size, a2 = a + (long)row2 * size, a3 = a + (long)row3 * size;
        Vector<double> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        for (var k = 0; k < size; k++, columns += panel)
        {
            Vector<double> b0 = Vector.Load(columns), b1 = Vector.Load(columns + lane);
            Vector<double> x = new(a[k]), y = new(a1[k]), z = new(a2[k]), w = new(a3[k]);
            c00 = Vector.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector.FusedMultiplyAdd(x, b1, c01);
            c10 = Vector.FusedMultiplyAdd(y, b0, c10);
            c11 = Vector.FusedMultiplyAdd(y, b1, c11);
            c20 = Vector.FusedMultiplyAdd(z, b0, c20);
            c21 = Vector.FusedMultiplyAdd(z, b1, c21);
            c30 = Vector.FusedMultiplyAdd(w, b0, c30);
            c31 = Vector.FusedMultiplyAdd(w, b1, c31);
        }
        Vector.Store(c00, tile);
        Vector.Store(c01, tile + lane);
        Vector.Store(c10, tile + panel);
        Vector.Store(c11, tile + panel + lane);
        Vector.Store(c20, tile + 2 * panel);
        Vector.Store(c21, tile + 2 * panel + lane);
        Vector.Store(c30, tile + 3 * panel);
        Vector.Store(c31, tile + 3 * panel + lane);
    }
}
