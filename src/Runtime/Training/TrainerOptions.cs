namespace Recurve;

/// <summary>A resolved option of a training, shown in its report.</summary>
/// <param name="Name">As the user knows it.</param>
/// <param name="Value">As text.</param>
/// <param name="Fixed">Whether a resumed run must agree.</param>
public sealed record HyperParameter(string Name, string Value, bool Fixed = true);

/// <summary>How <see cref="Trainer"/> trains; what is not said is not done.</summary>
public sealed record TrainerOptions
{
    /// <summary>
    /// Where the run is written, made if needed: metrics.csv, metrics.jsonl, checkpoint.safetensors, model.safetensors, report.html and TensorBoard's events. Null: nowhere.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>Title of the report; without one, the folder's name.</summary>
    public string? Title { get; init; }

    /// <summary>Whether to continue the run in <see cref="Folder"/> from its checkpoint. Without it a folder that holds a run is refused.</summary>
    public bool Resume { get; init; }

    /// <summary>Minibatches to learn from, at most, over all processes.</summary>
    public long? MaxIterations { get; init; }

    /// <summary>Passes over the data, at most, over all processes.</summary>
    public long? MaxEpochs { get; init; }

    /// <summary>Time at most, of this process.</summary>
    public TimeSpan? MaxTime { get; init; }

    /// <summary>Ends the training where it is reached; asked after each iteration, and before the first.</summary>
    public Func<History, bool>? Goal { get; init; }

    /// <summary>Ends the training where a number no longer improves, and keeps the best weights.</summary>
    public EarlyStopping? EarlyStopping { get; init; }

    /// <summary>Joint Euclidean norm that gradients are scaled down to (<see cref="GradientClip.ByNorm"/>).</summary>
    public double? MaxGradientNorm { get; init; }

    /// <summary>The learning rate by iteration, from the optimizer's own.</summary>
    public ISchedule? Schedule { get; init; }

    /// <summary>Called after each step of the optimizer, for constraints on weights.</summary>
    public Action? AfterStep { get; init; }

    /// <summary>Iterations from one validation to the next; without it, an epoch.</summary>
    public long? ValidateEvery { get; init; }

    /// <summary>Iterations from one row of the history to the next; what is validated is always in it.</summary>
    public long LogEvery { get; init; } = 1;

    /// <summary>Time from one checkpoint to the next; there is always one at the end. Zero: after each iteration.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Determines <see cref="Trainer.Random"/>.</summary>
    public int Seed { get; init; }

    /// <summary>Whether TensorBoard's event file is written.</summary>
    public bool TensorBoard { get; init; } = true;

    /// <summary>Time steps of an example, where they are all as long, to tell throughput in steps.</summary>
    public int? SequenceLength { get; init; }

    /// <summary>Told of every iteration, on the training's thread. <see cref="ConsoleProgress"/> shows a bar.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>What else determined the run.</summary>
    public IReadOnlyList<HyperParameter> HyperParameters { get; init; } = [];

    /// <summary>A sentence for the end, such as a measurement on unseen data, made with the final model in evaluation.</summary>
    public Func<History, string>? Conclude { get; init; }

    /// <summary>Parts of the report of your own, which stand before the curves, made at the end with the final model in evaluation.</summary>
    public Func<IEnumerable<ReportSection>>? Sections { get; init; }

    /// <summary>The processes that train together; null: this one alone.</summary>
    internal ITrainingRanks? Ranks { get; init; }

    /// <exception cref="ArgumentException">A number is out of range, or two options contradict each other.</exception>
    internal void Check()
    {
        Positive(MaxIterations, nameof(MaxIterations));
        Positive(MaxEpochs, nameof(MaxEpochs));
        Positive(ValidateEvery, nameof(ValidateEvery));
        Positive(LogEvery, nameof(LogEvery));
        Positive(SequenceLength, nameof(SequenceLength));
        if (MaxGradientNorm is { } norm && !(norm > 0)) throw new ArgumentOutOfRangeException(nameof(MaxGradientNorm), norm, "Expected a number above 0.");
        if (MaxTime < TimeSpan.Zero) throw new ArgumentOutOfRangeException(nameof(MaxTime), MaxTime, "Expected a time not below 0.");
        if (CheckpointEvery < TimeSpan.Zero) throw new ArgumentOutOfRangeException(nameof(CheckpointEvery), CheckpointEvery, "Expected a time not below 0.");
        if (EarlyStopping is { Patience: < 1 }) throw new ArgumentOutOfRangeException(nameof(EarlyStopping), EarlyStopping.Patience, "Expected a Patience of at least 1.");
        if (Resume && Folder is null) throw new ArgumentException("Resume needs the Folder of the run to continue.", nameof(Resume));
        if (HyperParameters.GroupBy(h => h.Name).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new ArgumentException($"The hyperparameter '{twice.Key}' is given twice.", nameof(HyperParameters));
    }

    static void Positive(long? value, string name)
    {
        if (value < 1) throw new ArgumentOutOfRangeException(name, value, "Expected at least 1.");
    }
}
