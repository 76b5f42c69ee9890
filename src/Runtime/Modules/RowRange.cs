namespace Recurve;

/// <summary>Consecutive rows (all axes but the last, flattened) that a row-wise module has to compute.</summary>
internal readonly record struct RowRange(long Start, long Count)
{
    /// <summary>
    /// All rows of <paramref name="x"/>; for (B, T, F) with Lengths only those within them, so that padding, even NaN, influences nothing.
    /// </summary>
    /// <exception cref="ArgumentException">Lengths has another count than the batch, or one is outside 0 … T.</exception>
    public static RowRange[] Of(Tensor x, Sequence? sequence)
    {
        if (sequence?.Lengths is not { } lengths || x.Rank != 3)
            return [new(0, x.Rank == 0 || x.Dim(-1) == 0 ? TensorShape.Length(x.Sizes[..Math.Max(0, x.Rank - 1)]) : x.Length / x.Dim(-1))];
        return Of(lengths, x.Dim(0), x.Dim(1));
    }

    /// <summary>A tensor whose rows outside of <paramref name="rows"/> are 0; the others are still to be written.</summary>
    public static Tensor Result(Device device, RowRange[] rows, params int[] shape)
        => rows is [{ Start: 0 } all] && (shape[^1] == 0 || all.Count == TensorShape.Length(shape) / shape[^1])
            ? Tensor.Uninitialized(device, shape)
            : Tensor.Zeros(device, shape);

    /// <summary>One range for each sequence of a batch.</summary>
    /// <exception cref="ArgumentException">Lengths has another count than the batch, or one is outside 0 … T.</exception>
    public static RowRange[] Of(int[] lengths, int batch, int steps)
    {
        if (lengths.Length != batch)
            throw new ArgumentException($"Sequence.Lengths has {lengths.Length} entries, but the batch axis has size {batch}.", nameof(lengths));
        var ranges = new RowRange[batch];
        for (var b = 0; b < batch; b++)
        {
            if (lengths[b] < 0 || lengths[b] > steps)
                throw new ArgumentException($"Sequence.Lengths[{b}] is {lengths[b]}; expected 0 … {steps}, the size of the time axis.", nameof(lengths));
            ranges[b] = new((long)b * steps, lengths[b]);
        }
        return ranges;
    }
}
