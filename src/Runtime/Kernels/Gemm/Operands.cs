namespace Recurve.Kernels.Gemm;

/// <summary>What one register tile reads and writes. Strides count floats.</summary>
unsafe struct Operands
{
    /// <summary>Element (i, k) of the left factor is A[i * RowStride + k * InnerStride].</summary>
    public float* A;

    /// <inheritdoc cref="A"/>
    public long RowStride, InnerStride;

    /// <summary>Columns of B side by side: for each k, one row of the panel.</summary>
    public float* Panel;

    /// <summary>The panel to the right, for tiles that take two.</summary>
    public float* NextPanel;

    /// <summary>Length of the sums.</summary>
    public long Inner;

    /// <summary>Upper left corner of the result, and the distance of its rows.</summary>
    public float* C;

    /// <inheritdoc cref="C"/>
    public long StrideC;

    /// <summary>Whether the sums start from what the result holds.</summary>
    public bool Accumulate;
}
