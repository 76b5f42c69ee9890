using System.Globalization;

namespace Recurve;

/// <summary>The folder of a run: its checkpoint with the notes that a resumed run must agree with, and the files of its history.</summary>
internal sealed class RunFolder : IDisposable
{
    const string CheckpointName = "checkpoint.safetensors", IterationNote = "iteration", RowsNote = "rows", RandomNote = "trainer", EarlyStoppingNote = "early_stopping", HyperPrefix = "hyper.";

    readonly string folder;
    readonly TrainerOptions options;
    readonly Module model;
    readonly Optimizer optimizer;
    readonly RandomSource random;
    HistoryFile[] files = [];

    public RunFolder(TrainerOptions options, Module model, Optimizer optimizer, RandomSource random)
        => (folder, this.options, this.model, this.optimizer, this.random) = (options.Folder!, options, model, optimizer, random);

    public string Checkpoint => Path.Combine(folder, CheckpointName);

    public string Report => Path.Combine(folder, "report.html");

    /// <summary>Makes the folder of a new run.</summary>
    /// <exception cref="IOException">It holds a run already.</exception>
    public void Begin()
    {
        if (File.Exists(Checkpoint)) throw new IOException($"{folder} holds a run already: resume it, or choose another folder.");
        Directory.CreateDirectory(folder);
    }

    /// <summary>Reads the checkpoint into the model, the optimizer and the random source.</summary>
    /// <exception cref="IOException">There is none, or it is of a run with other options.</exception>
    /// <exception cref="SafetensorsException">It is malformed or of another model.</exception>
    public (long Iteration, History History, RunTensors Tensors) Load()
    {
        if (!File.Exists(Checkpoint)) throw new IOException($"There is nothing to resume: {Checkpoint} does not exist.");
        var (notes, tensors) = Recurve.Checkpoint.LoadRun(Checkpoint, model, optimizer);
        foreach (var (name, value) in Fixed)
            if (notes.GetValueOrDefault(name) is var was && was != value)
                throw new IOException($"{Checkpoint} was written with {name.Replace(HyperPrefix, "", StringComparison.Ordinal)} {was ?? "(nothing)"}, not {value}.");
        var iteration = Number(notes, IterationNote);
        random.Position = notes.GetValueOrDefault(RandomNote) ?? throw Missing(RandomNote);
        var history = History.Read(Path.Combine(folder, "metrics.jsonl"), iteration);
        if (history.Iterations.Count != Number(notes, RowsNote))
            throw new IOException($"{Checkpoint} was written after {Number(notes, RowsNote)} rows of metrics.jsonl, but that file has {history.Iterations.Count} up to iteration {iteration}: they are not of one run.");
        RemoveLeftovers();
        return (iteration, history, tensors);
    }

    /// <summary>Writes the history so far and opens its files for more.</summary>
    /// <param name="history">That the run continues from.</param>
    public void Open(History history)
    {
        string jsonLines = Path.Combine(folder, "metrics.jsonl"), csv = Path.Combine(folder, "metrics.csv");
        foreach (var old in Directory.GetFiles(folder, "events.out.tfevents.*.recurve")) File.Delete(old);
        var start = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        var events = Path.Combine(folder, $"events.out.tfevents.{start.ToString("0", CultureInfo.InvariantCulture)}.recurve");
        files = [new JsonLinesFile(jsonLines, history), new CsvFile(csv, history)];
        if (options.TensorBoard) files = [.. files, new EventFile(events, history, start - (history.Last(HistoryNames.Seconds) ?? 0))];
    }

    /// <summary>Appends the history's last row to all files.</summary>
    public void Append(History history)
    {
        foreach (var file in files) file.Append(history);
    }

    /// <summary>Lets others see what was appended.</summary>
    public void Flush()
    {
        foreach (var file in files) file.Flush(toDisk: false);
    }

    /// <summary>Writes the checkpoint; whatever happens meanwhile, there is the old one or the new one.</summary>
    /// <exception cref="InvalidOperationException">A parameter is not finite.</exception>
    public void Save(long iteration, History history, RunTensors tensors)
    {
        // the rows that a checkpoint knows of are on the disk before it is
        foreach (var file in files) file.Flush(toDisk: true);
        Recurve.Checkpoint.Save(
            Checkpoint, model, optimizer,
            [
                .. Fixed, new(IterationNote, iteration.ToString(CultureInfo.InvariantCulture)), new(RowsNote, history.Iterations.Count.ToString(CultureInfo.InvariantCulture)),
                new(RandomNote, random.Position),
            ],
            tensors);
    }

    /// <summary>Writes the model alone, for use.</summary>
    public void SaveModel() => model.Save(Path.Combine(folder, "model.safetensors"));

    public void Dispose()
    {
        foreach (var file in files) file.Dispose();
    }

    /// <summary>What a resumed run must agree with.</summary>
    IEnumerable<KeyValuePair<string, string>> Fixed =>
    [
        .. options.HyperParameters.Where(h => h.Fixed).Select(h => KeyValuePair.Create(HyperPrefix + h.Name, h.Value)),
        new(EarlyStoppingNote, options.EarlyStopping is { } e ? FormattableString.Invariant($"{e.Monitor} {e.Better} by {e.MinDelta:R}") : "none"),
    ];

    /// <summary>Deletes what processes that were killed while they saved left behind.</summary>
    void RemoveLeftovers()
    {
        foreach (var leftover in AtomicFile.Leftovers(folder)) File.Delete(leftover);
    }

    long Number(IReadOnlyDictionary<string, string> notes, string name)
        => notes.TryGetValue(name, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Missing(name);

    IOException Missing(string note) => new($"{Checkpoint} does not say its '{note}': it was not written by a Trainer.");
}
