using Recurve.Contracts;

namespace Recurve;

/// <summary>
/// Runs the user's own Step, one sequence after the other, in double precision: the oracle that compiled cells are held against.
/// The cell's fields are written during a run and restored after it, also when Step throws; a cell must therefore not run on
/// two threads at once.
/// </summary>
internal static class EagerRunner
{
    /// <summary>Runs <paramref name="input"/> through the cell.</summary>
    /// <exception cref="ArgumentException">An array does not have the size that the cell and the batch need.</exception>
    /// <exception cref="OverflowException">An output would not fit an array.</exception>
    /// <exception cref="InvalidOperationException">Step gave a state or an output another size than declared.</exception>
    public static EagerRun Run(CellDefinition cell, EagerInput input)
    {
        input.Check(cell);
        Vec[] states = Array.ConvertAll(cell.States, s => s.Read());
        double[][] fields = Array.ConvertAll(cell.Fields, f => (double[])Storage(f).Clone());
        try
        {
            for (int i = 0; i < fields.Length; i++) input.Fields?[i]?.CopyTo(Storage(cell.Fields[i]), 0);
            return Walk(cell, input);
        }
        finally
        {
            for (int i = 0; i < fields.Length; i++) fields[i].CopyTo(Storage(cell.Fields[i]), 0);
            for (int i = 0; i < states.Length; i++) cell.States[i].Write(states[i]);
        }
    }

    /// <summary>The numbers behind a field.</summary>
    internal static double[] Storage(FieldDefinition field)
        => field.Matrix?.Values ?? field.Vector?.Values ?? throw new ArgumentException($"Field {field.Name} has neither a matrix nor a vector.");

    static EagerRun Walk(CellDefinition cell, EagerInput input)
    {
        double[][] outputs = Array.ConvertAll(cell.Outputs, o => new double[checked(input.Batch * input.Steps * o.Size)]);
        double[][] end = Array.ConvertAll(cell.States, s => new double[checked(input.Batch * s.Size)]);
        Vec[] x = new Vec[cell.Inputs.Length], y = new Vec[cell.Outputs.Length];
        for (int b = 0; b < input.Batch; b++)
        {
            for (int i = 0; i < cell.States.Length; i++)
                cell.States[i].Write(input.Start?[i] is { } start ? Row(start, b, cell.States[i].Size) : Initial(cell, input, i));
            int length = input.Lengths?[b] ?? input.Steps;
            for (int step = 0; step < length; step++)
            {
                int row = b * input.Steps + (input.Reverse ? length - 1 - step : step);
                if (input.Resets is { } resets && resets[row] != 0)
                    for (int i = 0; i < cell.States.Length; i++) cell.States[i].Write(Initial(cell, input, i));
                for (int i = 0; i < x.Length; i++) x[i] = Row(input.Inputs[i], row, cell.Inputs[i].Size);
                cell.Step(x, y);
                for (int i = 0; i < y.Length; i++) Copy(cell, "output", cell.Outputs[i].Name, y[i], outputs[i], row, cell.Outputs[i].Size);
                foreach (StateDefinition state in cell.States) Verify(cell, "state", state.Name, state.Read(), state.Size);
            }
            for (int i = 0; i < end.Length; i++) Copy(cell, "state", cell.States[i].Name, cell.States[i].Read(), end[i], b, cell.States[i].Size);
        }
        Dictionary<string, double[]> byName = [];
        for (int i = 0; i < end.Length; i++) byName.Add(cell.States[i].Name, end[i]);
        return new(outputs, byName);
    }

    static Vec Initial(CellDefinition cell, EagerInput input, int state)
        => input.Initial?[state] is { } initial ? Row(initial, 0, cell.States[state].Size) : new Vec(cell.States[state].Size);

    static Vec Row(double[] values, int row, int size) => new(values[(row * size)..((row + 1) * size)]);

    static void Copy(CellDefinition cell, string what, string name, Vec value, double[] target, int row, int size)
    {
        Verify(cell, what, name, value, size);
        value.Values.CopyTo(target, row * size);
    }

    static void Verify(CellDefinition cell, string what, string name, Vec value, int size)
    {
        if (value.Size != size)
            throw new InvalidOperationException($"{cell.Info.Cell}.Step gave {what} {name} size {value.Size}, but it is declared with size {size}.");
    }
}
