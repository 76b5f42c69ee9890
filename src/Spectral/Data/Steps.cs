namespace Recurve.Spectral;

/// <summary>
/// The inputs of n consecutive steps of one sequence, feature by feature, with neighbours on both sides: what a score function is given.
/// Time is the contiguous axis, so that loops over steps vectorise.
/// </summary>
public readonly ref struct Steps
{
    readonly ReadOnlySpan<double> data;
    readonly int stride, origin;

    /// <summary>Steps of a feature-major block.</summary>
    /// <param name="data">(d_x, stride): a row holds one feature over time.</param>
    /// <param name="stride">Steps of a row, neighbours included.</param>
    /// <param name="origin">Where the first of the n steps stands in a row.</param>
    /// <param name="count">n.</param>
    /// <exception cref="ArgumentOutOfRangeException">The steps do not lie within a row, or the data are not whole rows.</exception>
    public Steps(ReadOnlySpan<double> data, int stride, int origin, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(origin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(origin + count, stride);
        if (data.Length % Math.Max(stride, 1) != 0) throw new ArgumentOutOfRangeException(nameof(data), $"{data.Length} numbers are not rows of {stride} steps.");
        this.data = data;
        (this.stride, this.origin, Count) = (stride, origin, count);
    }

    /// <summary>n, the steps whose scores are asked for.</summary>
    public int Count { get; }

    /// <summary>A feature of the n steps, each moved by <paramref name="shift"/>: −1 gives the steps before.</summary>
    public ReadOnlySpan<double> this[int feature, int shift = 0] => data.Slice(feature * stride, stride).Slice(origin + shift, Count);

    /// <summary>Other steps of the same block.</summary>
    /// <param name="first">The first, counted from the first of these.</param>
    /// <param name="count">How many.</param>
    public Steps Range(int first, int count) => new(data, stride, origin + first, count);

    /// <summary>Each step's neighbour at this distance.</summary>
    public Steps Shift(int shift) => Range(shift, Count);
}
