namespace Recurve.Plans;

/// <summary>The (batch, time) rows of a call and the order in which recurrences visit them.</summary>
/// <param name="Batches">B.</param>
/// <param name="Steps">T.</param>
/// <param name="Lengths">Valid steps per batch, or null: all.</param>
/// <param name="Reverse">From the last valid step to the first.</param>
/// <param name="Mask">(B, T) flags of resets, kept alive here; null: none.</param>
internal sealed unsafe record Walk(int Batches, int Steps, int[]? Lengths = null, bool Reverse = false, Tensor? Mask = null)
{
    /// <summary>The flags where they lie, or 0; on a device the processor does not read them.</summary>
    public nint Resets { get; } = Mask?.Address ?? 0;

    /// <summary>The ranks that hold the sequence of which these are a slice of the steps; null: all of it is here.</summary>
    public ITimeSlices? Slices { get; init; }

    /// <summary>The single row of values that are computed once per call.</summary>
    public static Walk PerCall { get; } = new(1, 1);

    public int Length(int batch) => Lengths is null ? Steps : Lengths[batch];

    public bool IsActive(int batch, int step) => Lengths is null || step < Lengths[batch];

    /// <summary>First step in processing order, for a batch that has one.</summary>
    public int First(int batch) => Reverse ? Length(batch) - 1 : 0;

    /// <summary>Last step in processing order, for a batch that has one.</summary>
    public int Last(int batch) => Reverse ? 0 : Length(batch) - 1;

    /// <summary>From a step to the next one in processing order.</summary>
    public int Stride => Reverse ? -1 : 1;

    /// <summary>The row of a step in processing order.</summary>
    public int RowOf(int batch, int step) => Reverse ? Length(batch) - 1 - step : step;

    /// <summary>Whether there is a reset between two rows, in either order, both included.</summary>
    public bool HasReset(int batch, int one, int other)
        => Resets != 0 && new ReadOnlySpan<float>((float*)Resets + (long)batch * Steps + Math.Min(one, other), Math.Abs(one - other) + 1).ContainsAnyExcept(0f);

    public bool IsReset(int batch, int step) => Resets != 0 && ((float*)Resets)[(long)batch * Steps + step] != 0;
}

/// <summary>Rows on which a stage works: batches [B0, B1) × steps [T0, T1), each batch cut to its length.</summary>
/// <param name="B0">First batch.</param>
/// <param name="B1">End of the batches.</param>
/// <param name="T0">First step.</param>
/// <param name="T1">End of the steps.</param>
/// <param name="Group">Whose partial sums the rows add to; rows of one group are visited by one thread.</param>
/// <param name="IsWhole">All rows at the top level: the stage may spread them over threads.</param>
internal readonly record struct Window(int B0, int B1, int T0, int T1, int Group, bool IsWhole)
{
    public static Window Whole(Walk walk) => new(0, walk.Batches, 0, walk.Steps, 0, true);
}
