using Recurve.Contracts;

namespace Recurve.Plans;

/// <summary>Holds the arguments of a call against the cell, naming the axis and both sizes where they do not fit.</summary>
internal static class CallCheck
{
    /// <summary>The rows of a call.</summary>
    /// <param name="cell">Whose.</param>
    /// <param name="inputs">In Step's order.</param>
    /// <param name="start">By state.</param>
    /// <param name="sequence">How they are walked.</param>
    /// <param name="own">The cell's parameters and constants, where they must be on the inputs' device.</param>
    /// <exception cref="ArgumentException">Something does not fit.</exception>
    public static Walk Walk(CellDefinition cell, Tensor[] inputs, Tensor[]? start, Sequence? sequence, params IEnumerable<Tensor> own)
    {
        var name = cell.Info.Cell;
        for (var i = 0; i < inputs.Length; i++) CheckInput(cell, inputs, i);
        var (batch, steps) = (inputs[0].Dim(0), inputs[0].Dim(1));
        CheckStart(cell, start, batch);
        if (sequence?.Resets is { } resets && !resets.HasShape(batch, steps))
            throw new ArgumentException($"{name}: Resets has shape {resets.ShapeText}, expected (batch, time) = ({batch}, {steps}).", nameof(sequence));
        CheckLengths(name, sequence?.Lengths, batch, steps);
        foreach (var tensor in inputs.Concat(start ?? [])) Device.RequireSame(name, inputs[0], tensor);
        if (sequence?.Resets is { } mask) Device.RequireSame(name, inputs[0], mask);
        foreach (var tensor in own) Device.RequireSame(name, inputs[0], tensor);
        return new(batch, steps, (int[]?)sequence?.Lengths?.Clone(), sequence?.Reverse ?? false, sequence?.Resets) { Slices = sequence?.Slices };
    }

    static void CheckInput(CellDefinition cell, Tensor[] inputs, int index)
    {
        var (name, size) = cell.Inputs[index];
        var input = inputs[index];
        ArgumentNullException.ThrowIfNull(input, name);
        if (input.Rank != 3)
            throw new ArgumentException($"{cell.Info.Cell}: input '{name}' has shape {input.ShapeText}, expected (batch, time, {size}).", name);
        if (input.Dim(2) != size)
            throw new ArgumentException($"{cell.Info.Cell}: input '{name}' has {input.Dim(2)} features in its last axis, expected {size}.", name);
        foreach (var (axis, word) in new[] { (0, "batch"), (1, "time") })
        {
            if (input.Dim(axis) != inputs[0].Dim(axis))
            {
                throw new ArgumentException(
                    $"{cell.Info.Cell}: input '{name}' has {word} size {input.Dim(axis)}, but input '{cell.Inputs[0].Name}' has {inputs[0].Dim(axis)}.", name);
            }
        }
    }

    static void CheckStart(CellDefinition cell, Tensor[]? start, int batch)
    {
        if (start is null) return;
        if (start.Length != cell.States.Length)
            throw new ArgumentException($"{cell.Info.Cell}: start has {start.Length} states, expected {cell.States.Length}.", nameof(start));
        for (var s = 0; s < start.Length; s++)
        {
            var (name, shape) = (cell.States[s].Name, cell.States[s].Shape);
            ArgumentNullException.ThrowIfNull(start[s], name);
            if (!start[s].HasShape([batch, .. shape]))
            {
                throw new ArgumentException(
                    $"{cell.Info.Cell}: start state '{name}' has shape {start[s].ShapeText}, expected (batch, {cell.States[s].Axes}) = {TensorShape.Text([batch, .. shape])}.", nameof(start));
            }
        }
    }

    static void CheckLengths(string cell, int[]? lengths, int batch, int steps)
    {
        if (lengths is null) return;
        if (lengths.Length != batch)
            throw new ArgumentException($"{cell}: Lengths has {lengths.Length} entries, but the batch has size {batch}.", nameof(lengths));
        for (var b = 0; b < batch; b++)
        {
            if (lengths[b] < 0 || lengths[b] > steps)
                throw new ArgumentOutOfRangeException(nameof(lengths), $"{cell}: Lengths[{b}] is {lengths[b]}, expected 0 to {steps}, the size of the time axis.");
        }
    }
}
