namespace Recurve;

/// <summary>
/// A model and its optimizer in one crash-safe safetensors file, to continue training exactly where it stopped: with the random numbers that <see cref="Dropout"/>
/// has yet to draw. <see cref="Trainer"/> adds what else a run needs.
/// </summary>
public static class Checkpoint
{
    const string ModelPrefix = "model.", OptimizerPrefix = "optimizer.", BestPrefix = "best.", RandomPrefix = "random.", CarriedPrefix = "carried.";

    /// <summary>Writes both, with notes of your own (iteration, seed).</summary>
    /// <exception cref="ArgumentException">A note's name begins with <c>random.</c>, which is reserved.</exception>
    /// <exception cref="InvalidOperationException">A parameter is not finite; nothing is overwritten.</exception>
    /// <exception cref="IOException">The file cannot be written; the old one is unchanged.</exception>
    public static void Save(string path, Module model, Optimizer optimizer, IEnumerable<KeyValuePair<string, string>>? notes = null)
        => Save(path, model, optimizer, notes, RunTensors.None);

    /// <summary>The same with what else a run needs.</summary>
    internal static void Save(string path, Module model, Optimizer optimizer, IEnumerable<KeyValuePair<string, string>>? notes, RunTensors run)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        KeyValuePair<string, string>[] own = [.. notes ?? []];
        if (own.FirstOrDefault(n => n.Key.StartsWith(RandomPrefix, StringComparison.Ordinal)).Key is { } reserved)
            throw new ArgumentException($"The name of the note '{reserved}' begins with '{RandomPrefix}', which is reserved.", nameof(notes));
        var tensors = model.SavedTensors().Select(t => KeyValuePair.Create(ModelPrefix + t.Key, t.Value))
            .Concat(optimizer.State.Select(s => KeyValuePair.Create(OptimizerPrefix + s.Name, s.Value)))
            .Concat(run.Best.Select(t => KeyValuePair.Create(BestPrefix + t.Key, t.Value)))
            .Concat(run.Carried.Select(t => KeyValuePair.Create(CarriedPrefix + t.Key, t.Value)));
        Safetensors.Write(path, tensors, own.Concat(RandomPositions(model).Select(p => KeyValuePair.Create(p.Name, p.Module.RandomPosition!))));
    }

    /// <summary>Reads what <see cref="Save(string, Module, Optimizer, IEnumerable{KeyValuePair{string, string}}?)"/> wrote: everything, or nothing is changed. Returns the notes.</summary>
    /// <exception cref="SafetensorsException">The file is malformed, or of another model or optimizer.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyDictionary<string, string> Load(string path, Module model, Optimizer optimizer) => LoadRun(path, model, optimizer).Notes;

    /// <summary>The same, and what else was saved of the run.</summary>
    internal static (IReadOnlyDictionary<string, string> Notes, RunTensors Run) LoadRun(string path, Module model, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        var (tensors, metadata) = Safetensors.Read(path);
        RunTensors run = new(Named(BestPrefix), Named(CarriedPrefix));
        var isRandom = metadata.ToLookup(n => n.Key.StartsWith(RandomPrefix, StringComparison.Ordinal));
        var drawing = RandomPositions(model);
        var positions = isRandom[true].ToDictionary();
        if (!positions.Keys.ToHashSet().SetEquals(drawing.Select(d => d.Name)))
            throw new SafetensorsException($"{path}: expected the random positions [{string.Join(", ", drawing.Select(d => d.Name))}], but the file has [{string.Join(", ", positions.Keys)}].");
        StateLoading.Apply(
            path,
            [
                .. model.LoadedTensors().Select(t => (ModelPrefix + t.Name, t.Value, t.Finite)),
                .. optimizer.State.Select(s => (OptimizerPrefix + s.Name, s.Value, true)),
            ],
            tensors.Where(t => Prefix(t.Key) is not (BestPrefix or CarriedPrefix)).ToDictionary());
        foreach (var (name, module) in drawing) module.RandomPosition = positions[name];
        return (isRandom[false].ToDictionary(), run);

        Dictionary<string, Tensor> Named(string prefix) => tensors.Where(t => Prefix(t.Key) == prefix).ToDictionary(t => t.Key[prefix.Length..], t => t.Value);

        static string Prefix(string name) => name[..(name.IndexOf('.', StringComparison.Ordinal) + 1)];
    }

    static (string Name, Module Module)[] RandomPositions(Module model)
        => [.. model.Tree().Where(m => m.Module.RandomPosition is not null).Select(m => (RandomPrefix + m.Path, m.Module))];
}
