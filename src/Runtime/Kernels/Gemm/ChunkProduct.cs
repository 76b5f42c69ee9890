using System.Numerics;
using Recurve.Contracts;
using Recurve.Kernels.Lanes;

namespace Recurve.Kernels.Gemm;

/// <summary>
/// One chunk of rows of yᵀ · x added to double sums: strips of columns of y against panels [first, end) of x, each of which has
/// <paramref name="columns"/> columns.
/// </summary>
readonly unsafe struct ChunkProduct(
    float* y, long ldy, PackedMatrix x, double* c, long ldc, int n, int first, int end, int columns) : ILaneAction
{
    public void Run<V>() where V : unmanaged, ILane<V>
    {
        int height = V.Width == 16 ? 8 : 6, width = RegisterTile<V>.PanelWidth;
        float* strip = stackalloc float[8 * x.Inner], tile = stackalloc float[8 * width];
        for (int i = 0; i < n; i += height)
        {
            // A strip lies row by row without gaps; what is missing at the last one is computed as zeros and not used.
            int used = Math.Min(height, n - i);
            PackStrip(strip, i, used, height);
            for (int panel = first; panel < end; panel++)
            {
                Operands operands = new()
                {
                    A = strip, RowStride = 1, InnerStride = height, Inner = x.Inner, Panel = x.Panel(panel), C = tile, StrideC = width,
                };
                if (height == 8) RegisterTile<V>.Rows8(operands);
                else RegisterTile<V>.Rows6(operands);
                double* target = c + i * ldc + (long)panel * 2 * x.LaneWidth;
                for (int row = 0; row < used; row++) Add(tile + row * width, target + row * ldc);
            }
        }
    }

    void PackStrip(float* strip, int column, int used, int height)
    {
        float* source = y + column;
        for (int row = 0; row < x.Inner; row++, source += ldy, strip += height)
        {
            for (int i = 0; i < used; i++) strip[i] = source[i];
            for (int i = used; i < height; i++) strip[i] = 0;
        }
    }

    void Add(float* source, double* target)
    {
        int j = 0;
        for (; j + Vector<float>.Count <= columns; j += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(source + j), out Vector<double> low, out Vector<double> high);
            Vector.Store(Vector.Load(target + j) + low, target + j);
            Vector.Store(Vector.Load(target + j + Vector<double>.Count) + high, target + j + Vector<double>.Count);
        }
        for (; j < columns; j++) target[j] += source[j];
    }
}
