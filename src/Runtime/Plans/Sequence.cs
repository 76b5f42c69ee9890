using Recurve.Plans;

namespace Recurve;

/// <summary>How a batch of sequences is to be walked.</summary>
public sealed record Sequence
{
    /// <summary>Valid steps of each sequence, which is right-padded; null: all.</summary>
    public int[]? Lengths { get; init; }

    /// <summary>Walk from the last valid step to the first; outputs keep the input's order.</summary>
    public bool Reverse { get; init; }

    /// <summary>(B, T): where 1, the state is the cell's own initial state before that step, in processing order.</summary>
    public Tensor? Resets { get; init; }

    /// <summary>The ranks that hold the sequence of which the inputs are a slice of the steps; Lengths and Resets are the slice's own.</summary>
    internal ITimeSlices? Slices { get; init; }
}
