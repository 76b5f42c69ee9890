using System.Globalization;

namespace Recurve.FirstSymbol;

/// <summary>The run's folder and its checkpoint: weights, optimizer, position, and the options they belong to.</summary>
sealed class SavedRun(Options options, Module network, Optimizer optimizer)
{
    readonly string path = Path.Combine(options.Folder, "checkpoint.safetensors");

    /// <summary>Makes the folder of a new run.</summary>
    /// <exception cref="IOException">It holds a run already.</exception>
    public (int Iteration, int Perfect) Begin()
    {
        if (File.Exists(path))
            throw new IOException($"{options.Folder} holds a run already: continue it with --resume, or choose another --name.");
        Directory.CreateDirectory(options.Folder);
        return (0, 0);
    }

    /// <summary>Writes the checkpoint; a crash leaves the old one.</summary>
    public void Save(int iteration, int perfect) => Checkpoint.Save(path, network, optimizer,
        [.. Options, new("iteration", Text(iteration)), new("perfect", Text(perfect))]);

    /// <summary>Reads the checkpoint.</summary>
    /// <exception cref="IOException">There is none, or it is of other options.</exception>
    public (int Iteration, int Perfect) Load()
    {
        if (!File.Exists(path)) throw new IOException($"nothing to resume: there is no {path}.");
        var notes = Checkpoint.Load(path, network, optimizer);
        foreach (var (name, value) in Options)
            if (notes.GetValueOrDefault(name) is var was && was != value)
                throw new IOException($"{path} was written with --{name} {was}, not {value}.");
        return (Number(notes, "iteration"), Number(notes, "perfect"));
    }

    /// <summary>What a resumed run must agree with.</summary>
    IEnumerable<KeyValuePair<string, string>> Options =>
    [
        new("cell", options.Cell), new("length", Text(options.Length)), new("units", Text(options.Units)),
        new("batch", Text(options.Batch)), new("seed", Text(options.Seed)),
    ];

    int Number(IReadOnlyDictionary<string, string> notes, string name)
        => notes.TryGetValue(name, out string? text) && int.TryParse(text, CultureInfo.InvariantCulture, out int value)
            ? value : throw new IOException($"{path} does not say its {name}.");

    static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
