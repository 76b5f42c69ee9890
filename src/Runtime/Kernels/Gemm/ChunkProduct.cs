using System.Numerics;
using Recurve.Contracts;
using Recurve.Kernels.Lanes;

namespace Recurve.Kernels.Gemm;

/// <summary>
/// One chunk of rows of yᵀ · x added to double sums: strips of y against panels [first, end) of x. The sums of a tile lie together,
/// the tiles of a panel one after the other: as rows of a wide matrix they would share few places of the cache.
/// </summary>
readonly unsafe struct ChunkProduct(PackedStrips y, PackedMatrix x, double* sums, int first, int end) : ILaneAction
{
    public void Run<V>() where V : unmanaged, ILane<V>
    {
        int width = RegisterTile<V>.PanelWidth, size = y.Height * width;
        float* tile = stackalloc float[size];
        for (int strip = 0; strip < y.Count; strip++)
        {
            for (int panel = first; panel < end; panel++)
            {
                Operands operands = new()
                {
                    A = y.Strip(strip),
                    RowStride = 1,
                    InnerStride = y.Height,
                    Inner = x.Inner,
                    Panel = x.Panel(panel),
                    C = tile,
                    StrideC = width,
                };
                if (y.Height == 8) RegisterTile<V>.Rows8(operands);
                else RegisterTile<V>.Rows6(operands);
                Add(tile, SumsOf(sums, y, x, panel) + (long)strip * size, size);
            }
        }
    }

    /// <summary>Adds the sums of one panel to c.</summary>
    public static void AddTo(double* c, long ldc, PackedStrips y, PackedMatrix x, double* sums, int panel)
    {
        bool full = panel < x.FullPanels;
        int columns = full ? 2 * x.LaneWidth : x.RestColumns, width = 2 * (full ? x.LaneWidth : x.RestLaneWidth);
        double* source = SumsOf(sums, y, x, panel), target = c + (long)panel * 2 * x.LaneWidth;
        for (int row = 0; row < y.Columns; row++, source += width, target += ldc)
        {
            int j = 0;
            for (; j + Vector<double>.Count <= columns; j += Vector<double>.Count)
            {
                Vector.Store(Vector.Load(target + j) + Vector.Load(source + j), target + j);
            }
            for (; j < columns; j++) target[j] += source[j];
        }
    }

    static double* SumsOf(double* sums, PackedStrips y, PackedMatrix x, int panel)
        => sums + (long)panel * 2 * x.LaneWidth * y.Count * y.Height;

    static void Add(float* source, double* target, int count)
    {
        int i = 0;
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(source + i), out Vector<double> low, out Vector<double> high);
            Vector.Store(Vector.Load(target + i) + low, target + i);
            Vector.Store(Vector.Load(target + i + Vector<double>.Count) + high, target + i + Vector<double>.Count);
        }
        for (; i < count; i++) target[i] += source[i];
    }
}
