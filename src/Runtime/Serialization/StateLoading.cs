namespace Recurve;

/// <summary>Puts the tensors of a file into those of a model: all, or none if anything does not fit.</summary>
internal static unsafe class StateLoading
{
    /// <param name="path">For messages.</param>
    /// <param name="wanted">Tensors to fill, with whether each must be finite.</param>
    /// <param name="found">Tensors of the file.</param>
    /// <exception cref="SafetensorsException">A tensor is missing, unexpected, of another shape or not finite.</exception>
    public static void Apply(string path, IReadOnlyList<(string Name, Tensor Value, bool Finite)> wanted, IReadOnlyDictionary<string, Tensor> found)
    {
        var names = wanted.Select(w => w.Name).ToHashSet(StringComparer.Ordinal);
        var missing = wanted.Where(w => !found.ContainsKey(w.Name)).Select(w => w.Name).ToArray();
        var unexpected = found.Keys.Where(name => !names.Contains(name)).ToArray();
        if (missing.Length + unexpected.Length > 0)
            throw new SafetensorsException(
                $"{path}: the file is not of this model. Missing: {Listed(missing)}. Unexpected: {Listed(unexpected)}.");
        foreach (var (name, value, finite) in wanted)
        {
            var source = found[name];
            if (!source.HasShape(value.Sizes))
                throw new SafetensorsException($"{path}: tensor '{name}' has shape {source.ShapeText} in the file, but {value.ShapeText} in the model.");
            if (finite && FirstNotFinite(source) is var index and >= 0)
                throw new SafetensorsException($"{path}: tensor '{name}' holds {source.Pointer[index]} at element {index}; expected finite numbers.");
        }
        foreach (var (name, value, _) in wanted)
        {
            value.Storage.CopyFrom(found[name].Storage);
            value.Storage.Changes++;
            GC.KeepAlive(value);
        }
    }

    /// <summary>Index of the first NaN or infinity; −1 if there is none.</summary>
    public static long FirstNotFinite(Tensor tensor)
    {
        using var suspended = Autograd.NoGrad();
        tensor = tensor.To(Device.Cpu);
        var pointer = tensor.Pointer;
        for (long i = 0; i < tensor.Length; i++)
        {
            if (!float.IsFinite(pointer[i])) return i;
        }
        GC.KeepAlive(tensor);
        return -1;
    }

    static string Listed(string[] names)
        => names.Length == 0 ? "none" : string.Join(", ", names.Take(8)) + (names.Length > 8 ? $" and {names.Length - 8} more" : "");
}
