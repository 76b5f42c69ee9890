using Recurve.Contracts;

namespace Recurve.Kernels.Scan;

/// <summary>The memory of a tile of a scan whose rows are folded into one (see <see cref="Kernels.Fold"/>). Rows lie in the order of memory, F floats each.</summary>
internal readonly unsafe struct FoldedTile(FrameCursor cursor, Scratch scratch, int width, int rows)
{
    // floats before and behind what a tile keeps: whole lanes may reach there, and a row of fewer channels lies there
    const int Margin = 32;

    /// <summary>Streams and results.</summary>
    public FrameCursor Cursor { get; } = cursor;

    public Fold Fold { get; } = new(cursor, scratch, width, rows);

    /// <summary>a of each row.</summary>
    public float* Factors { get; } = Take(scratch, rows, width);

    /// <summary>b of each row.</summary>
    public float* Offsets { get; } = Take(scratch, rows, width);

    /// <summary>s of each row (against the order: δ), and of the row before the first or behind the last.</summary>
    public float* States { get; } = Take(scratch, rows, width);

    /// <summary>p of each row, where it does not lie among the states.</summary>
    public float* Old { get; } = Take(scratch, rows, width);

    /// <summary>Backward: states of the forward pass, where they lie with gaps.</summary>
    public float* Next { get; } = Take(scratch, rows, width);

    /// <summary>Backward: r of each row.</summary>
    public float* Rests { get; } = Take(scratch, rows, width);

    /// <summary>Backward: what arrives as a sequence, then c of each row.</summary>
    public float* Adjoints { get; } = Take(scratch, rows, width);

    /// <summary>The state between tiles (against the order: δ).</summary>
    public double* Carry { get; } = scratch.Take<double>(width);

    /// <summary>The same, rounded.</summary>
    public float* Rounded { get; } = scratch.Take<float>(width);

    /// <summary>Rows [<paramref name="row"/>, <paramref name="row"/> + <paramref name="count"/>) of a signal side by side: where they lie, or copied to <paramref name="copy"/>.</summary>
    public static float* SideBySide(Rows signal, int batch, int row, int count, int width, float* copy)
    {
        var there = signal.At(batch, row);
        if (signal.StepStride == width) return there;
        Fold.Move(there, (nint)signal.StepStride, copy, width, count, width);
        return copy;
    }

    static float* Take(Scratch scratch, int rows, int width) => scratch.Take<float>((long)rows * width + 2 * Margin) + Margin;
}
