namespace Recurve;

public abstract partial class Module
{
    /// <summary>Writes parameters and constants to a safetensors file, under their names. Crash-safe.</summary>
    /// <exception cref="InvalidOperationException">A parameter is not finite, so the file could not be loaded; nothing is overwritten.</exception>
    /// <exception cref="IOException">The file cannot be written; the old one is unchanged.</exception>
    public void Save(string path) => Safetensors.Write(path, SavedTensors());

    /// <summary>Reads what <see cref="Save"/> wrote. Either everything fits and is loaded, or nothing is changed.</summary>
    /// <exception cref="SafetensorsException">The file is malformed or of another model, or a parameter in it is not finite.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void Load(string path)
    {
        var (tensors, _) = Safetensors.Read(path);
        StateLoading.Apply(path, LoadedTensors(), tensors);
    }

    /// <summary>What is saved, checked to be loadable.</summary>
    internal IReadOnlyList<KeyValuePair<string, Tensor>> SavedTensors()
    {
        var all = LoadedTensors();
        foreach (var (name, value, finite) in all)
        {
            if (finite && StateLoading.FirstNotFinite(value) >= 0)
                throw new InvalidOperationException($"Parameter '{name}' is not finite, so the model is not saved: Load would refuse it.");
        }
        return [.. all.Select(entry => KeyValuePair.Create(entry.Name, entry.Value))];
    }

    /// <summary>What a file must hold. A constant may be infinite (a mask, say), a parameter may not.</summary>
    internal IReadOnlyList<(string Name, Tensor Value, bool Finite)> LoadedTensors()
        => [.. Parameters.Select(p => (p.Name, p.Value, true)), .. AllConstants().Select(c => (c.Name, c.Value, false))];
}
