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
        Action[] restore = Array.ConvertAll(cell.States, s => s.Remember());
        double[][] fields = Array.ConvertAll(cell.Fields, f => (double[])Storage(f).Clone());
        try
        {
            for (int i = 0; i < fields.Length; i++) input.Fields?[i]?.CopyTo(Storage(cell.Fields[i]), 0);
            return Walk(cell, input);
        }
        finally
        {
            for (int i = 0; i < fields.Length; i++) fields[i].CopyTo(Storage(cell.Fields[i]), 0);
            foreach (Action state in restore) state();
        }
    }

    /// <summary>The numbers behind a field.</summary>
    internal static double[] Storage(FieldDefinition field)
        => field.Matrix?.Values ?? field.Vector?.Values ?? throw new ArgumentException($"Field {field.Name} has neither a matrix nor a vector.");

    static EagerRun Walk(CellDefinition cell, EagerInput input)
    {
        double[][] outputs = Array.ConvertAll(cell.Outputs, o => new double[checked(input.Batch * input.Steps * o.Size)]);
        double[][] end = Array.ConvertAll(cell.States, s => new double[checked(input.Batch * s.Count)]);
        Vec[] x = new Vec[cell.Inputs.Length], y = new Vec[cell.Outputs.Length];
        for (int b = 0; b < input.Batch; b++)
        {
            for (int i = 0; i < cell.States.Length; i++)
                cell.States[i].Write(input.Start?[i] is { } start ? Row(start, b, cell.States[i].Count) : Initial(cell, input, i));
            int length = input.Lengths?[b] ?? input.Steps;
            for (int step = 0; step < length; step++)
            {
                int row = b * input.Steps + (input.Reverse ? length - 1 - step : step);
                if (input.Resets is { } resets && resets[row] != 0)
                    for (int i = 0; i < cell.States.Length; i++) cell.States[i].Write(Initial(cell, input, i));
                for (int i = 0; i < x.Length; i++) x[i] = new Vec(Row(input.Inputs[i], row, cell.Inputs[i].Size));
                cell.Step(x, y);
                for (int i = 0; i < y.Length; i++) Copy(cell, "output", cell.Outputs[i].Name, y[i].Values, outputs[i], row, [cell.Outputs[i].Size]);
                foreach (StateDefinition state in cell.States) Verify(cell, "state", state.Name, state.Read(), state.Shape);
            }
            for (int i = 0; i < end.Length; i++) Copy(cell, "state", cell.States[i].Name, cell.States[i].Read(), end[i], b, cell.States[i].Shape);
        }
        Dictionary<string, double[]> byName = [];
        for (int i = 0; i < end.Length; i++) byName.Add(cell.States[i].Name, end[i]);
        return new(outputs, byName);
    }

    static double[] Initial(CellDefinition cell, EagerInput input, int state)
        => input.Initial?[state] is { } initial ? Row(initial, 0, cell.States[state].Count) : new double[cell.States[state].Count];

    static double[] Row(double[] values, int row, int size) => values[(row * size)..((row + 1) * size)];

    static void Copy(CellDefinition cell, string what, string name, double[] value, double[] target, int row, int[] shape)
    {
        Verify(cell, what, name, value, shape);
        value.CopyTo(target, row * value.Length);
    }

    static void Verify(CellDefinition cell, string what, string name, double[] value, int[] shape)
    {
        int inner = (int)TensorShape.Length(shape.AsSpan(1));
        if (value.Length != shape[0] * inner)
            throw new InvalidOperationException($"{cell.Info.Cell}.Step gave {what} {name} size {value.Length / inner}, but it is declared with size {shape[0]}.");
    }
}
