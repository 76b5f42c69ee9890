namespace Recurve;

/// <summary>Where a training stands, after each iteration and once more at its end.</summary>
/// <param name="Iteration">From 1.</param>
/// <param name="MaxIterations">The last one there can be; null where there is none.</param>
/// <param name="Epoch">From 1; null where the data have no end.</param>
/// <param name="Elapsed">Time of training in this process.</param>
/// <param name="Left">Time at most; null where nothing limits it.</param>
/// <param name="IterationsPerSecond">Of this process.</param>
/// <param name="Throughput">Of this process.</param>
/// <param name="Metrics">The last value of the loss, of what is logged and of what is validated.</param>
/// <param name="IsLast">Whether this is the end.</param>
public sealed record TrainingProgress(
    long Iteration, long? MaxIterations, long? Epoch, TimeSpan Elapsed, TimeSpan? Left, double IterationsPerSecond, Throughput Throughput,
    IReadOnlyList<KeyValuePair<string, double>> Metrics, bool IsLast);

/// <summary>What a training gets through.</summary>
/// <param name="PerSecond">How many.</param>
/// <param name="Unit">Time steps of all sequences, where their length is known, or examples.</param>
public readonly record struct Throughput(double PerSecond, string Unit)
{
    /// <summary>Such as <c>12,345 steps/s</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{PerSecond:N0} {Unit}/s");
}
