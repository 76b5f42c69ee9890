namespace Recurve.Spectral;

/// <summary>Sequences in memory, or made by a function.</summary>
public sealed class SequenceSource : ISequenceSource
{
    readonly Func<int, InputOutput> read;

    /// <summary>Sequences that a function gives.</summary>
    /// <param name="inputs">d_x.</param>
    /// <param name="outputs">d_y.</param>
    /// <param name="count">Sequences.</param>
    /// <param name="read">Called with an index, by several threads at once; the same result for the same index.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the count below 0.</exception>
    public SequenceSource(int inputs, int outputs, int count, Func<int, InputOutput> read)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(read);
        (Inputs, Outputs, Count, this.read) = (inputs, outputs, count, read);
    }

    /// <inheritdoc/>
    public int Inputs { get; }

    /// <inheritdoc/>
    public int Outputs { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>The sequences of a batch.</summary>
    /// <param name="x">(B, T, d_x).</param>
    /// <param name="y">(B, T, d_y).</param>
    /// <param name="lengths">Steps of each sequence; null: T.</param>
    /// <exception cref="ArgumentException">The tensors are not of three axes, differ in B or T, or a length is not within 0 … T.</exception>
    public static SequenceSource From(Tensor x, Tensor y, int[]? lengths = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        int[] xs = x.Shape, ys = y.Shape;
        if (xs.Length != 3 || ys.Length != 3 || xs[0] != ys[0] || xs[1] != ys[1])
            throw new ArgumentException($"x must be (batch, time, inputs) and y (batch, time, outputs), but they are ({string.Join(", ", xs)}) and ({string.Join(", ", ys)}).", nameof(y));
        int batch = xs[0], steps = xs[1];
        if (lengths is not null && lengths.Length != batch) throw new ArgumentException($"There are {batch} sequences, but {lengths.Length} lengths.", nameof(lengths));
        if (lengths is not null && Array.FindIndex(lengths, length => length < 0 || length > steps) is >= 0 and var wrong)
            throw new ArgumentException($"The length of sequence {wrong} must be within 0 … {steps}, but is {lengths[wrong]}.", nameof(lengths));
        float[] inputs = x.ToArray(), outputs = y.ToArray();
        ReadOnlyMemory<float> Part(float[] all, int index, int size) => all.AsMemory(index * steps * size, (lengths?[index] ?? steps) * size);
        return new(xs[2], ys[2], batch, index => new(Part(inputs, index, xs[2]), Part(outputs, index, ys[2])));
    }

    /// <inheritdoc/>
    public InputOutput Read(int index) => read(index);
}
