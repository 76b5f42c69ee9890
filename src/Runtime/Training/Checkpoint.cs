namespace Recurve;

/// <summary>A model and its optimizer in one crash-safe safetensors file, to continue training exactly where it stopped.</summary>
public static class Checkpoint
{
    const string ModelPrefix = "model.";
    const string OptimizerPrefix = "optimizer.";

    /// <summary>Writes both, with notes of your own (iteration, seed).</summary>
    /// <exception cref="InvalidOperationException">A parameter is not finite; nothing is overwritten.</exception>
    /// <exception cref="IOException">The file cannot be written; the old one is unchanged.</exception>
    public static void Save(string path, Module model, Optimizer optimizer, IEnumerable<KeyValuePair<string, string>>? notes = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        var tensors = model.SavedTensors().Select(t => KeyValuePair.Create(ModelPrefix + t.Key, t.Value))
            .Concat(optimizer.State.Select(s => KeyValuePair.Create(OptimizerPrefix + s.Name, s.Value)));
        Safetensors.Write(path, tensors, notes);
    }

    /// <summary>Reads what <see cref="Save"/> wrote: everything, or nothing is changed. Returns the notes.</summary>
    /// <exception cref="SafetensorsException">The file is malformed, or of another model or optimizer.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyDictionary<string, string> Load(string path, Module model, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        var (tensors, notes) = Safetensors.Read(path);
        StateLoading.Apply(
            path,
            [
                .. model.LoadedTensors().Select(t => (ModelPrefix + t.Name, t.Value, t.Finite)),
                .. optimizer.State.Select(s => (OptimizerPrefix + s.Name, s.Value, true)),
            ],
            tensors);
        return notes;
    }
}
