using Recurve.Plans;

namespace Recurve;

/// <summary>What one call of a cell decided.</summary>
public sealed class RunReport
{
    readonly Plan plan;

    internal RunReport(Plan plan, Walk walk, bool keepsForBackward, StageOutcome?[] outcomes)
    {
        (this.plan, Outcomes) = (plan, outcomes);
        (Batch, Time, KeepsForBackward) = (walk.Batches, walk.Steps, keepsForBackward);
    }

    /// <summary>Number of sequences.</summary>
    public int Batch { get; }

    /// <summary>Steps of each sequence, padding included.</summary>
    public int Time { get; }

    /// <summary>Whether intermediate results were kept for a backward pass.</summary>
    public bool KeepsForBackward { get; }

    /// <summary>Bytes of intermediate results that were given back because memory was short (RECURVE_KEEP), to be made again for the backward pass.</summary>
    public long RecomputedBytes { get; internal init; }

    /// <summary>What is said of the whole call before its stages.</summary>
    internal string? Note { get; init; }

    /// <summary>What the stages decided, by position among those that run per step.</summary>
    internal StageOutcome?[] Outcomes { get; }

    /// <summary>One line per stage in the order they ran.</summary>
    public IReadOnlyList<string> Stages =>
    [
        .. Note is null ? [] : new[] { Note },
        .. plan.PerCall.Select(s => $"once: {s.Describe()}"),
        .. plan.PerStep.Select((s, k) => Outcomes[k] is { } outcome ? s.Describe(outcome) : s.Describe()),
    ];

    /// <summary>One entry for each group of states that Newton's method was used for.</summary>
    public IReadOnlyList<NewtonReport> Newton => [.. Outcomes.Select(o => o?.Newton).OfType<NewtonReport>()];

    /// <summary>The cell, its rows and its stages.</summary>
    public override string ToString()
        => string.Join('\n', [$"{plan.Definition.Info.Cell}: batch {Batch}, time {Time}", .. Stages.Select(s => $"  · {s}")]);
}
