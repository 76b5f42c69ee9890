using System.Runtime.CompilerServices;

namespace Recurve.Kernels.Gemm;

/// <summary>
/// The right factor B of a product, [Inner, Columns], copied into the order in which the kernel reads it. Packed once and used by
/// any number of products; refilling keeps the memory.
/// </summary>
sealed unsafe class PackedMatrix
{
    float[] memory = [];

    /// <summary>Rows of B: the length of the sums.</summary>
    public int Inner { get; private set; }

    /// <summary>Columns of B: columns of the result.</summary>
    public int Columns { get; private set; }

    /// <summary>The packed panels.</summary>
    public float* Data => (float*)Unsafe.AsPointer(ref memory[0]);

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
        for (long i = 0; i < inner; i++)
        {
            for (long j = 0; j < columns; j++) Data[i * columns + j] = b[i * ldb + j];
        }
    }

    /// <summary>Packs the transpose of b[columns, inner] again.</summary>
    public void FillTransposed(float* b, long ldb, int columns, int inner)
    {
        Reserve(inner, columns);
        for (long i = 0; i < inner; i++)
        {
            for (long j = 0; j < columns; j++) Data[i * columns + j] = b[j * ldb + i];
        }
    }

    void Reserve(int inner, int columns)
    {
        Inner = inner;
        Columns = columns;
        long size = Math.Max(1, (long)inner * columns);
        if (memory.LongLength < size) memory = GC.AllocateUninitializedArray<float>(checked((int)size), pinned: true);
    }
}
