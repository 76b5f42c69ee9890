using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Recurve.Kernels.Gemm;

/// <summary>
/// A chunk of rows of y cut into strips of a few columns, each strip row by row without gaps: the left factor of yᵀ · x.
/// Rows are read whole, so that memory is read in order.
/// </summary>
sealed unsafe class PackedStrips
{
    // Room for the overlapping stores of the last row, and an odd number of cache lines between strips.
    const int Gap = 16;

    float[] memory = [];

    /// <summary>Columns of a strip; the last one is filled up with zeros.</summary>
    public int Height { get; private set; }

    /// <summary>Columns of y.</summary>
    public int Columns { get; private set; }

    /// <summary>Rows of the chunk.</summary>
    public int Rows { get; private set; }

    /// <summary>Number of strips.</summary>
    public int Count => (Columns + Height - 1) / Height;

    /// <summary>Columns of y in a strip.</summary>
    public int Used(int strip) => Math.Min(Height, Columns - strip * Height);

    /// <summary>Element (row, i) of a strip is at row * Height + i.</summary>
    public float* Strip(int index) => (float*)Unsafe.AsPointer(ref memory[0]) + index * Stride;

    long Stride => (long)Rows * Height + Gap;

    /// <summary>Packs y[rows, columns].</summary>
    public void Fill(float* y, long ldy, int rows, int columns, int height)
    {
        (Rows, Columns, Height) = (rows, columns, height);
        long size = Count * Stride;
        if (memory.LongLength < size) memory = GC.AllocateUninitializedArray<float>(checked((int)size), pinned: true);
        // Eight floats at a time where they are there; of six, the last two are overwritten by the next row.
        int whole = columns < 8 ? 0 : (columns - 8) / height + 1, count = Count;
        long stride = Stride;
        for (int row = 0; row < rows; row++)
        {
            float* source = y + row * ldy, target = Strip(0) + row * height;
            for (int strip = 0; strip < whole; strip++, source += height, target += stride) Vector256.Store(Vector256.Load(source), target);
            for (int strip = whole; strip < count; strip++, source += height, target += stride)
            {
                int used = Used(strip);
                for (int i = 0; i < height; i++) target[i] = i < used ? source[i] : 0;
            }
        }
    }
}
