using System.Diagnostics;

namespace Recurve;

/// <summary>How fast a training goes and how far it may.</summary>
internal sealed class Pace(TrainerOptions options, long lastIteration, long? perEpoch, double secondsBefore)
{
    readonly Stopwatch watch = Stopwatch.StartNew();
    long iterations, examples;

    /// <summary>The last one there can be.</summary>
    public long LastIteration => lastIteration;

    /// <summary>Time of this process.</summary>
    public TimeSpan Elapsed => watch.Elapsed;

    /// <summary>Of all processes.</summary>
    public double TotalSeconds => secondsBefore + watch.Elapsed.TotalSeconds;

    public Throughput Throughput => options.SequenceLength is { } length ? new(PerSecond(examples * (double)length), "steps") : new(PerSecond(examples), "examples");

    /// <summary>Counts an iteration.</summary>
    public void Count(int batch)
    {
        iterations++;
        examples += batch;
    }

    /// <summary>From 1.</summary>
    public long? Epoch(long iteration) => perEpoch is { } count ? (iteration - 1) / count + 1 : null;

    public TrainingProgress Progress(long iteration, IEnumerable<KeyValuePair<string, double>> row, bool isLast) => new(
        iteration, lastIteration == long.MaxValue ? null : lastIteration, Epoch(iteration), Elapsed, Left(iteration), PerSecond(iterations), Throughput,
        [.. row.Where(v => v.Key is not (HistoryNames.Seconds or HistoryNames.LearningRate or HistoryNames.GradientNorm or HistoryNames.Epoch or HistoryNames.Memory))], isLast);

    TimeSpan? Left(long iteration)
    {
        var byTime = options.MaxTime is { } max ? Math.Max((max - Elapsed).TotalSeconds, 0) : double.PositiveInfinity;
        var byCount = lastIteration == long.MaxValue ? double.PositiveInfinity : (lastIteration - iteration) / PerSecond(iterations);
        // a span holds 29 000 years
        return Math.Min(byTime, byCount) is var left && left < 1e11 ? TimeSpan.FromSeconds(left) : null;
    }

    double PerSecond(double count) => count / Math.Max(watch.Elapsed.TotalSeconds, 1e-9);
}

/// <summary>Weighted means by name, in the order in which the names came.</summary>
internal sealed class MeanByName
{
    readonly OrderedDictionary<string, (double Sum, double Weight)> sums = [];

    /// <summary>Of what is added next.</summary>
    public double Weight { get; set; } = 1;

    public IEnumerable<(string Name, double Mean)> Values => sums.Select(s => (s.Key, s.Value.Sum / s.Value.Weight));

    public void Add(string name, double value)
    {
        var (sum, weight) = sums.GetValueOrDefault(name);
        sums[name] = (sum + Weight * value, weight + Weight);
    }
}
