using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Recurve.Kernels.Lanes;

namespace Recurve.Kernels.Gemm;

/// <summary>
/// The right factor B of a product, [Inner, Columns], copied into the order in which the kernel reads it. Packed once and used by
/// any number of products; refilling keeps the memory.
/// </summary>
/// <remarks>
/// Panels of two lanes: for each inner index, the panel's columns side by side. The last panel is padded with zeros to two lanes of
/// the narrowest width that holds it, so that three columns do not cost as much as thirty-two.
/// </remarks>
sealed unsafe class PackedMatrix
{
    const int CacheLine = 16;

    float[] memory = [];

    /// <summary>Rows of B: the length of the sums.</summary>
    public int Inner { get; private set; }

    /// <summary>Columns of B: columns of the result.</summary>
    public int Columns { get; private set; }

    /// <summary>Channels per lane of all panels but the last.</summary>
    public int LaneWidth { get; private set; }

    /// <summary>Panels of full width.</summary>
    public int FullPanels => Columns / (2 * LaneWidth);

    /// <summary>Columns in the last, narrower panel.</summary>
    public int RestColumns => Columns % (2 * LaneWidth);

    /// <summary>Channels per lane of the last, narrower panel.</summary>
    public int RestLaneWidth { get; private set; }

    /// <summary>Panel <paramref name="index"/>; the one after the full ones is the narrower one.</summary>
    public float* Panel(int index) => Start + (long)index * 2 * LaneWidth * Inner;

    // Pinned memory does not move; its first cache line boundary is where the panels start.
    float* Start => (float*)(((nint)Unsafe.AsPointer(ref memory[0]) + 63) & ~63);

    /// <summary>Packs b[inner, columns], so that the product is C = A · B.</summary>
    public static PackedMatrix Pack(float* b, long ldb, int inner, int columns)
    {
        PackedMatrix packed = new();
        packed.Fill(b, ldb, inner, columns);
        return packed;
    }

    /// <summary>Packs the transpose of b[columns, inner], so that the product is C = A · bᵀ (rows times weights).</summary>
    public static PackedMatrix PackTransposed(float* b, long ldb, int columns, int inner)
    {
        PackedMatrix packed = new();
        packed.FillTransposed(b, ldb, columns, inner);
        return packed;
    }

    /// <summary>Packs b[inner, columns] again, in the same memory if it is large enough.</summary>
    public void Fill(float* b, long ldb, int inner, int columns)
    {
        Reserve(inner, columns);
        int width = 2 * LaneWidth, panels = FullPanels, rest = RestColumns, restWidth = 2 * RestLaneWidth;
        long stride = (long)width * inner;
        for (long i = 0; i < inner; i++)
        {
            // Row by row, so that memory is read in order.
            float* source = b + i * ldb, target = Start + i * width;
            for (int panel = 0; panel < panels; panel++, source += width, target += stride)
            {
                // A call to copy 64 bytes costs as much as the copy.
                int j = 0;
                for (; j + 8 <= width; j += 8) Vector256.Store(Vector256.Load(source + j), target + j);
                for (; j < width; j++) target[j] = source[j];
            }
            if (rest == 0) continue;
            target += i * (restWidth - width);
            new ReadOnlySpan<float>(source, rest).CopyTo(new Span<float>(target, rest));
            new Span<float>(target + rest, restWidth - rest).Clear();
        }
    }

    /// <summary>Packs the transpose of b[columns, inner] again.</summary>
    public void FillTransposed(float* b, long ldb, int columns, int inner)
    {
        Reserve(inner, columns);
        for (int panel = 0, column = 0; column < columns; panel++)
        {
            int width = PanelWidth(column), used = Math.Min(width, columns - column);
            float* target = Panel(panel), source = b + column * ldb;
            for (long i = 0; i < inner; i++, target += width)
            {
                for (long j = 0; j < used; j++) target[j] = source[j * ldb + i];
                new Span<float>(target + used, width - used).Clear();
            }
            column += used;
        }
    }

    int PanelWidth(int column) => column < FullPanels * 2 * LaneWidth ? 2 * LaneWidth : 2 * RestLaneWidth;

    void Reserve(int inner, int columns)
    {
        Inner = inner;
        Columns = columns;
        LaneWidth = LaneChoice.Width;
        RestLaneWidth = LaneWidth;
        while (RestLaneWidth > 4 && RestColumns <= RestLaneWidth) RestLaneWidth /= 2;
        long size = CacheLine + (long)inner * (columns + 2 * LaneWidth);
        if (size > Array.MaxLength) throw new ArgumentException($"A matrix of {inner} × {columns} is too large to be packed.");
        if (memory.LongLength < size) memory = GC.AllocateUninitializedArray<float>((int)size, pinned: true);
    }
}
