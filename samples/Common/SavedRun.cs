using System.Globalization;

namespace Recurve.Samples;

/// <summary>A run's folder and its checkpoint: weights, optimizer, position, and the settings they belong to.</summary>
sealed class SavedRun(TrainingOptions options, Module network, Optimizer optimizer)
{
    readonly string path = Path.Combine(options.Folder, "checkpoint.safetensors");

    /// <summary>Makes the folder of a new run.</summary>
    /// <exception cref="IOException">It holds a run already.</exception>
    public int Begin()
    {
        if (File.Exists(path))
            throw new IOException($"{options.Folder} holds a run already: continue it with --resume, or choose another --name.");
        Directory.CreateDirectory(options.Folder);
        return 0;
    }

    /// <summary>Writes the checkpoint; a crash leaves the old one.</summary>
    public void Save(int iteration) => Checkpoint.Save(path, network, optimizer,
        [.. Fixed, new("iteration", iteration.ToString(CultureInfo.InvariantCulture))]);

    /// <summary>Reads the checkpoint; the result is the last iteration.</summary>
    /// <exception cref="IOException">There is none, or it is of other settings.</exception>
    public int Load()
    {
        if (!File.Exists(path)) throw new IOException($"nothing to resume: there is no {path}.");
        var notes = Checkpoint.Load(path, network, optimizer);
        foreach (var (name, value) in Fixed)
            if (notes.GetValueOrDefault(name) is var was && was != value)
                throw new IOException($"{path} was written with --{name} {was}, not {value}.");
        return notes.TryGetValue("iteration", out string? text) && int.TryParse(text, CultureInfo.InvariantCulture, out int iteration)
            ? iteration : throw new IOException($"{path} does not say its iteration.");
    }

    /// <summary>What a resumed run must agree with.</summary>
    IEnumerable<KeyValuePair<string, string>> Fixed => options.Settings.Where(s => s.Fixed).Select(s => KeyValuePair.Create(s.Name, s.Value));
}
