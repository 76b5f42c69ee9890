namespace Recurve;

/// <summary>
/// The loop around a training: minibatches, gradients, validation, checkpoints, history, report. It is optional; <c>Backward</c> and <c>Step</c> in a loop of
/// your own do the same.
/// </summary>
/// <remarks>
/// A run that was killed and resumed equals the uninterrupted one bit for bit, on the same machine, if its losses depend on the minibatch, the model, <see cref="Random"/>
/// and <see cref="Carried"/> alone. For one training; make another Trainer for the next.
/// </remarks>
public sealed partial class Trainer
{
    readonly Module model;
    readonly Optimizer optimizer;
    readonly TrainerOptions options;
    readonly EarlyStoppingWatch? watch;

    // while Fit runs
    RunFolder? folder;
    Pace? pace;
    MeanByName? logged;

    /// <summary>A training of a model, which stays on the device it is on.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="optimizer">Of its parameters.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Trainer(Module model, Optimizer optimizer, TrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        (this.model, this.optimizer, this.options) = (model, optimizer, options ?? new());
        this.options.Check();
        Random = new(this.options.Seed);
        watch = this.options.EarlyStopping is { } stopping ? new(stopping) : null;
    }

    /// <summary>The numbers so far.</summary>
    public History History { get; private set; } = new();

    /// <summary>How many minibatches were learned from, over all processes.</summary>
    public long Iteration { get; private set; }

    /// <summary>Random numbers for a training step (noise, augmentation) that go on where they stood when a run is resumed.</summary>
    public RandomSource Random { get; }

    /// <summary>
    /// Tensors that go on from one minibatch to the next, by names of your own: the states of truncated backpropagation through time (<c>end.h.Detach()</c>). They are in every
    /// checkpoint, and there again when a run is resumed, on the model's device.
    /// </summary>
    public IDictionary<string, Tensor> Carried { get; } = new SortedDictionary<string, Tensor>(StringComparer.Ordinal);

    /// <summary>What the compiler decided for the model's cells, each once.</summary>
    public IReadOnlyList<CellInfo> Cells => [.. model.CellModules().Select(c => c.Definition.Info).DistinctBy(i => i.Cell)];

    /// <summary>Records a number beside the loss, from inside the loss function; in validation it is averaged over the examples, and named <c>val_</c>….</summary>
    /// <exception cref="ArgumentException">The name is one that the trainer uses itself, or cannot be a column.</exception>
    /// <exception cref="InvalidOperationException">Called outside of a training.</exception>
    public void Log(string name, double value)
    {
        HistoryNames.Check(name);
        if (logged is null) throw new InvalidOperationException($"Log(\"{name}\") belongs inside the loss function, while Fit runs.");
        logged.Add(name, value);
    }

    /// <summary>Trains until an option ends it or the token is cancelled, which is no error: the run is saved after its iteration.</summary>
    /// <param name="data">To learn from.</param>
    /// <param name="loss">The loss of a minibatch, a scalar.</param>
    /// <param name="validation">Data to measure, without gradients and with the model in evaluation; it must have an end.</param>
    /// <param name="validationLoss">How it is measured, if not by <paramref name="loss"/>.</param>
    /// <param name="cancel">Ends the training.</param>
    /// <returns>Why and where it ended. With <see cref="EarlyStopping"/> the model has its best weights, otherwise the last.</returns>
    /// <exception cref="ArgumentException">Data and options do not fit.</exception>
    /// <exception cref="DivergedException">The loss or the gradient is not finite.</exception>
    /// <exception cref="InvalidOperationException">Called a second time.</exception>
    /// <exception cref="IOException">The folder holds a run, or none to resume, or one with other options, or cannot be written.</exception>
    /// <exception cref="SafetensorsException">The checkpoint is malformed or of another model.</exception>
    public TrainingResult Fit<TBatch>(
        IBatches<TBatch> data, Func<TBatch, Tensor> loss, IBatches<TBatch>? validation = null, Func<TBatch, Tensor>? validationLoss = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(loss);
        if (pace is not null) throw new InvalidOperationException("This Trainer has trained already: make another one, with Resume to continue its run.");
        if (validation is { PerEpoch: null }) throw new ArgumentException("Expected validation data with an end, but they have none.", nameof(validation));
        if (options.MaxEpochs is not null && data.PerEpoch is null) throw new ArgumentException("Data without end have no epochs: say MaxIterations instead of MaxEpochs.", nameof(data));
        var validateEvery = validation is null ? long.MaxValue : options.ValidateEvery ?? data.PerEpoch
            ?? throw new ArgumentException("Data without end have no epochs: say with ValidateEvery how often to validate.", nameof(validation));

        var (rate, wasTraining) = (optimizer.LearningRate, model.Training);
        using var opened = folder = options.Folder is null ? null : new(options, model, optimizer, Random);
        try
        {
            Start(Math.Min(options.MaxIterations ?? long.MaxValue, options.MaxEpochs * data.PerEpoch ?? long.MaxValue), data.PerEpoch);
            var scheduler = options.Schedule is { } schedule ? new Scheduler(optimizer, schedule, Iteration) : null;
            var reason = ReasonToStop(cancel);
            while (reason is null)
            {
                Learn(data[Iteration], data.SizeOf(Iteration), loss);
                scheduler?.Step();
                var isMeasured = Iteration % validateEvery == 0;
                if (isMeasured) Measure(validation!, validationLoss ?? loss);
                if (isMeasured || Iteration % options.LogEvery == 0) Record();
                // who listens may cancel
                Report(isLast: false);
                reason = ReasonToStop(cancel);
                if (reason is null) SaveNowAndThen();
            }
            Report(isLast: true);
            return End(reason.Value);
        }
        finally
        {
            logged = null;
            optimizer.LearningRate = rate;
            _ = wasTraining ? model.Train() : model.Eval();
        }
    }
}
