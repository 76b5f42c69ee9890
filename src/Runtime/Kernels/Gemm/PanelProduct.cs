using System.Runtime.Intrinsics.X86;
using Recurve.Contracts;
using Recurve.Kernels.Lanes;

namespace Recurve.Kernels.Gemm;

/// <summary>Rows of A against panels [first, end), each of which writes <paramref name="columns"/> columns of the result.</summary>
readonly unsafe struct PanelProduct(Operands operands, PackedMatrix b, long rows, int first, int end, int columns) : ILaneAction
{
    // A panel stays in the first-level cache while a block of rows passes, and the block's rows of the result are written while
    // they are near; a multiple of both tile heights.
    const long BlockRows = 48, InnerBlock = 512;

    public void Run<V>() where V : unmanaged, ILane<V>
    {
        if (first >= end) return;
        if (b.Inner == 0 && operands.Accumulate) return;
        long inner = b.Inner;
        for (long row = 0; row < rows; row += BlockRows)
        {
            Operands x = operands;
            long k = 0;
            do
            {
                x.A = operands.A + row * x.RowStride + k * x.InnerStride;
                x.C = operands.C + row * x.StrideC;
                x.Inner = Math.Min(InnerBlock, inner - k);
                Block<V>(x, Math.Min(BlockRows, rows - row), k);
                x.Accumulate = true;
                k += InnerBlock;
            }
            while (k < inner);
        }
    }

    /// <summary>One block of rows and of the inner index against every panel.</summary>
    void Block<V>(in Operands block, long count, long k) where V : unmanaged, ILane<V>
    {
        int height = RegisterTile.Height(b.LaneWidth);
        long tall = count / height * height, left = count - tall, four = left & 4, two = left & 2;
        // few rows are left over: they take two panels, while these are near
        for (int panel = first; panel < end; panel += 2)
        {
            int panels = Math.Min(2, end - panel);
            for (int one = panel; one < panel + panels; one++)
            {
                for (long row = 0; row < tall; row += height) Tile<V>(block, k, row, height, one, 1);
                if (four != 0) Tile<V>(block, k, tall, 4, one, 1);
            }
            if (two != 0) Tile<V>(block, k, tall + four, 2, panel, panels);
            if ((left & 1) != 0) Tile<V>(block, k, tall + four + two, 1, panel, panels);
        }
    }

    void Tile<V>(in Operands block, long k, long row, int height, int panel, int panels) where V : unmanaged, ILane<V>
    {
        int width = RegisterTile<V>.PanelWidth;
        Operands x = block;
        x.A += row * x.RowStride;
        x.Panel = b.Panel(panel) + k * width;
        x.C += row * x.StrideC + ColumnOf(panel);
        if (panels == 2) x.NextPanel = b.Panel(panel + 1) + k * width;
        // The result's lines come while the sums are made; stores to lines that are not there would stop the next tile.
        for (int i = 0; i < height && Sse.IsSupported; i++)
        {
            Sse.Prefetch0(x.C + i * x.StrideC);
            if (width > 16) Sse.Prefetch0(x.C + i * x.StrideC + 16);
        }
        if (columns == width) Compute<V>(x, height, panels);
        else Narrow<V>(x, height);
    }

    long ColumnOf(int panel) => (long)panel * 2 * b.LaneWidth;

    static void Compute<V>(in Operands x, int height, int panels) where V : unmanaged, ILane<V>
    {
        if (height == 8) RegisterTile<V>.Rows8(x);
        else if (height == 6) RegisterTile<V>.Rows6(x);
        else if (height == 4) RegisterTile<V>.Rows4(x);
        else if (height == 2 && panels == 2) RegisterTile<V>.Rows2Wide(x);
        else if (height == 2) RegisterTile<V>.Rows2(x);
        else if (panels == 2) RegisterTile<V>.Row1Wide(x);
        else RegisterTile<V>.Row1(x);
    }

    /// <summary>A panel that is wider than what remains of the result goes through a small buffer.</summary>
    void Narrow<V>(Operands x, int height) where V : unmanaged, ILane<V>
    {
        int width = RegisterTile<V>.PanelWidth;
        float* buffer = stackalloc float[8 * width], c = x.C;
        long stride = x.StrideC;
        for (int i = 0; i < height && x.Accumulate; i++)
        {
            for (int j = 0; j < columns; j++) buffer[i * width + j] = c[i * stride + j];
        }
        x.C = buffer;
        x.StrideC = width;
        Compute<V>(x, height, 1);
        for (int i = 0; i < height; i++)
        {
            for (int j = 0; j < columns; j++) c[i * stride + j] = buffer[i * width + j];
        }
    }
}
