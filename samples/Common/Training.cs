namespace Recurve.Samples;

/// <summary>What a sample trains, without the loop around it.</summary>
public abstract class Training
{
    /// <summary>Of the report.</summary>
    public abstract string Title { get; }

    /// <summary>What <see cref="Metric.Score"/> measures: one word, the name of its column and curve.</summary>
    public abstract string Score { get; }

    /// <summary>How a score is shown.</summary>
    public virtual string ScoreFormat => "0.0000";

    /// <summary>What is trained.</summary>
    public abstract Module Network { get; }

    /// <summary>Of the network's parameters.</summary>
    public abstract Optimizer Optimizer { get; }

    /// <summary>What the compiler decided for the network's cells.</summary>
    public abstract IReadOnlyList<CellInfo> Cells { get; }

    /// <summary>Steps of all sequences that an iteration sees.</summary>
    public abstract long StepsPerIteration { get; }

    /// <summary>Trains once; the same for the same iteration and weights, so that a resumed run equals an uninterrupted one.</summary>
    /// <param name="iteration">From 1.</param>
    /// <param name="before">The earlier iterations.</param>
    public abstract (double Loss, double Score) Iterate(int iteration, IReadOnlyList<Metric> before);

    /// <summary>Whether the goal is reached, which ends the training; null where the goal is to run all iterations.</summary>
    public abstract bool? IsReached(IReadOnlyList<Metric> rows);

    /// <summary>A sentence for the end, such as a measurement on unseen data; empty for none.</summary>
    public virtual string Conclude(IReadOnlyList<Metric> rows) => "";
}
