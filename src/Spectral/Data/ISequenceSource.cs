namespace Recurve.Spectral;

/// <summary>One sequence of T steps.</summary>
/// <param name="Inputs">x, (T, d_x), row-major.</param>
/// <param name="Outputs">y, (T, d_y), row-major.</param>
public readonly record struct InputOutput(ReadOnlyMemory<float> Inputs, ReadOnlyMemory<float> Outputs);

/// <summary>
/// Sequences to learn from. They are read once per pass over the data, by several threads at once, and not kept: a source may read a file or
/// compute them. Work is divided by sequences, so one long sequence uses one core; it may be cut anywhere, at the price of the moments across the cut.
/// </summary>
public interface ISequenceSource
{
    /// <summary>d_x, the size of an input.</summary>
    int Inputs { get; }

    /// <summary>d_y, the size of an output.</summary>
    int Outputs { get; }

    /// <summary>How many sequences there are.</summary>
    int Count { get; }

    /// <summary>A sequence: the same one whenever it is read.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    InputOutput Read(int index);
}
