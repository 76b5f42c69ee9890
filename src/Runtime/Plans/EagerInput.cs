namespace Recurve;

/// <summary>What an eager run is given: plain arrays in double precision, row-major, so that tests can perturb any of them exactly.</summary>
internal sealed record EagerInput
{
    /// <summary>Number of sequences.</summary>
    public required int Batch { get; init; }

    /// <summary>Steps of each sequence, padding included.</summary>
    public required int Steps { get; init; }

    /// <summary>For each input of Step, (B, T, size).</summary>
    public required double[][] Inputs { get; init; }

    /// <summary>For each field of the definition, its values, or null to leave them as they are; null: all as they are.</summary>
    public double[]?[]? Fields { get; init; }

    /// <summary>For each state its trained initial value (size; of a complex one the pairs (size, 2)), or null for zeros; null: all zero. Also what a reset returns to.</summary>
    public double[]?[]? Initial { get; init; }

    /// <summary>For each state where it starts (B, size), or null: its initial value; null: all from their initial values.</summary>
    public double[]?[]? Start { get; init; }

    /// <summary>Valid steps of each sequence; null: all.</summary>
    public int[]? Lengths { get; init; }

    /// <summary>Walk from the last valid step to the first.</summary>
    public bool Reverse { get; init; }

    /// <summary>(B, T): where not 0, the states return to their initial values before that step, in processing order.</summary>
    public double[]? Resets { get; init; }

    /// <summary>The same from single precision, as tensors hold it.</summary>
    public static EagerInput From(
        int batch, int steps, float[][] inputs, float[]?[]? fields = null, float[]?[]? initial = null, float[]?[]? start = null,
        int[]? lengths = null, bool reverse = false, float[]? resets = null)
        => new()
        {
            Batch = batch,
            Steps = steps,
            Inputs = Array.ConvertAll(inputs, values => Widen(values)!),
            Fields = fields is null ? null : Array.ConvertAll(fields, Widen),
            Initial = initial is null ? null : Array.ConvertAll(initial, Widen),
            Start = start is null ? null : Array.ConvertAll(start, Widen),
            Lengths = lengths,
            Reverse = reverse,
            Resets = Widen(resets),
        };

    static double[]? Widen(float[]? values) => values is null ? null : Array.ConvertAll(values, static x => (double)x);

    /// <summary>Checks every array against the cell.</summary>
    /// <exception cref="ArgumentException">A count or size is not what the cell and the batch need; names the array and both sizes.</exception>
    internal void Check(Contracts.CellDefinition cell)
    {
        string name = cell.Info.Cell;
        if (Batch < 0 || Steps < 0)
            throw new ArgumentException($"{name}: batch and steps must not be negative, but they are {Batch} and {Steps}.");
        Count(name, "inputs", Inputs.Length, cell.Inputs.Length);
        for (int i = 0; i < Inputs.Length; i++)
            Size(name, $"input {cell.Inputs[i].Name} (batch {Batch} × time {Steps} × {cell.Inputs[i].Size})", Inputs[i], (long)Batch * Steps * cell.Inputs[i].Size);
        if (Fields is not null)
        {
            Count(name, "fields", Fields.Length, cell.Fields.Length);
            for (int i = 0; i < Fields.Length; i++)
                Size(name, $"field {cell.Fields[i].Name}", Fields[i], EagerRunner.Storage(cell.Fields[i]).Length);
        }
        CheckStates(cell, "initial value of state", Initial, 1);
        CheckStates(cell, "start of state", Start, Batch);
        Size(name, $"resets (batch {Batch} × time {Steps})", Resets, (long)Batch * Steps);
        if (Lengths is null) return;
        Count(name, "lengths", Lengths.Length, Batch);
        for (int b = 0; b < Batch; b++)
            if (Lengths[b] < 0 || Lengths[b] > Steps)
                throw new ArgumentException($"{name}: length {b} must be in 0…{Steps}, but it is {Lengths[b]}.");
    }

    void CheckStates(Contracts.CellDefinition cell, string what, double[]?[]? values, int batch)
    {
        if (values is null) return;
        Count(cell.Info.Cell, $"arrays for {what}", values.Length, cell.States.Length);
        for (int i = 0; i < values.Length; i++)
            Size(cell.Info.Cell, $"{what} {cell.States[i].Name}", values[i], (long)batch * cell.States[i].Count);
    }

    static void Count(string cell, string what, int came, int expected)
    {
        if (came != expected) throw new ArgumentException($"{cell}: {expected} {what} expected, but {came} came.");
    }

    static void Size(string cell, string what, double[]? values, long expected)
    {
        if (values is not null && values.Length != expected)
            throw new ArgumentException($"{cell}: {what} must have {expected} numbers, but it has {values.Length}.");
    }
}
