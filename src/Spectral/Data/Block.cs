namespace Recurve.Spectral;

/// <summary>Up to <see cref="Capacity"/> steps of a sequence in float64, feature-major, with the neighbours that a moment looks at.</summary>
sealed class Block(int inputs, int outputs, int before, int after)
{
    /// <summary>Steps of a full block: a handful of rows of it stay in the first-level cache.</summary>
    public const int Capacity = 256;

    readonly double[] x = new double[inputs * (before + Capacity + after)], y = new double[outputs * Capacity];

    /// <summary>n.</summary>
    public int Count { get; private set; }

    /// <summary>The inputs of the block's steps.</summary>
    public Steps Inputs => new(x.AsSpan(0, inputs * Stride), Stride, before, Count);

    /// <summary>y, (d_y, n).</summary>
    public ReadOnlySpan<double> Outputs => y.AsSpan(0, outputs * Count);

    int Stride => before + Count + after;

    /// <summary>How many steps of a sequence have all their neighbours.</summary>
    public int Usable(InputOutput sequence) => Math.Max(0, sequence.Inputs.Length / inputs - before - after);

    /// <summary>Loads steps of a sequence.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="first">Index among those that have all their neighbours.</param>
    public void Load(InputOutput sequence, int first)
    {
        Count = Math.Min(Capacity, Usable(sequence) - first);
        Transpose(sequence.Inputs.Span.Slice(first * inputs, Stride * inputs), inputs, x);
        Transpose(sequence.Outputs.Span.Slice((first + before) * outputs, Count * outputs), outputs, y);
    }

    static void Transpose(ReadOnlySpan<float> rows, int columns, Span<double> transposed)
    {
        int steps = rows.Length / columns;
        for (int c = 0; c < columns; c++)
        {
            Span<double> row = transposed.Slice(c * steps, steps);
            for (int t = 0, i = c; t < steps; t++, i += columns) row[t] = rows[i];
        }
    }
}
