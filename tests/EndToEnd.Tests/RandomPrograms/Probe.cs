using Recurve.Contracts;

namespace Recurve.EndToEnd.Tests.RandomPrograms;

/// <summary>What came of holding one program against its own Step.</summary>
enum Verdict { Agrees, IllConditioned }

/// <summary>
/// Holds a compiled cell on a device against its eager run: values, and for each leaf (inputs, start states, weights, trained initial states) the derivative in one random
/// direction against central differences in double.
/// </summary>
sealed class Probe
{
    const double ForwardTolerance = 1e-5, GradientTolerance = 1e-4;

    /// <summary>A program whose values move by more than this when every number moves by a float's last bit is no test of a compiler.</summary>
    const double Conditioning = 1e-6;

    readonly CellModule cell;
    readonly CellDefinition definition;
    readonly Random random;
    readonly Tensor[] inputs, start;
    readonly Device device;
    readonly Sequence sequence;
    readonly double[][] lossWeights;

    /// <summary>Moves the cell to a device; draws inputs, states and a loss.</summary>
    public Probe(CellModule cell, int batch, int time, int seed, Device device)
    {
        (this.cell, definition, random, this.device) = (cell, cell.Definition, new Random(seed), device);
        cell.To(device);
        // off the special values of their initialization, where kinks lie (a trained start of 0 under a Relu)
        foreach (Parameter parameter in cell.Parameters)
            parameter.Value.CopyFrom([.. parameter.Value.ToArray().Zip(Normal((int)parameter.Value.Length), (v, n) => v + 0.1f * (float)n)]);
        inputs = [.. definition.Inputs.Select(i => Leaf(batch, time, i.Size))];
        start = [.. definition.States.Select(s => Leaf([batch, .. s.Shape]))];
        sequence = new()
        {
            Reverse = random.Next(2) == 0,
            Lengths = random.Next(2) == 0 ? [.. Enumerable.Range(0, batch).Select(_ => random.Next(time + 1))] : null,
            Resets = random.Next(2) == 0 ? Tensor.FromArray([.. Enumerable.Range(0, batch * time).Select(_ => random.Next(4) == 0 ? 1f : 0f)], batch, time).To(device) : null,
        };
        lossWeights = [.. definition.Outputs.Select(o => Normal(batch * time * o.Size)), .. definition.States.Select(s => Normal(batch * s.Count))];
    }

    /// <summary>Compares; a mistake is thrown with what differs.</summary>
    public Verdict Run()
    {
        CellStates states = definition.WrapStates(start);
        var (outputs, end) = cell.RunAny(inputs, states, sequence);
        EagerInput eager = cell.EagerInputOf(inputs, states, sequence);
        double[][] expected = Results(EagerRunner.Run(definition, eager));
        if (Distance(expected, Results(EagerRunner.Run(definition, Jitter(eager)))) > Conditioning) return Verdict.IllConditioned;
        Tensor[] results = [.. outputs, .. end.Tensors];
        double error = Distance(expected, [.. results.Select(r => Array.ConvertAll(r.ToArray(), v => (double)v))]);
        Assert.True(error <= ForwardTolerance, $"values differ from RunEagerly by {error:E2} > {ForwardTolerance:E0}");

        Tensor loss = Tensor.FromArray([0f]).To(device);
        Autograd.Record("random loss", results, [loss],
            _ => [.. results.Select((r, i) => Tensor.FromArray(Array.ConvertAll(lossWeights[i], w => (float)w), r.Shape).To(device))]);
        if (loss.RequiresGrad) loss.Backward();
        Verdict verdict = Verdict.Agrees;
        foreach (var (name, tensor, values) in Leaves(eager))
            if (values.Length > 0 && !Agrees(name, tensor.Grad, values, eager)) verdict = Verdict.IllConditioned;
        return verdict;
    }

    IEnumerable<(string Name, Tensor Tensor, double[] Values)> Leaves(EagerInput eager)
    {
        for (int i = 0; i < inputs.Length; i++) yield return ($"input {definition.Inputs[i].Name}", inputs[i], eager.Inputs[i]);
        for (int s = 0; s < start.Length; s++) yield return ($"start {definition.States[s].Name}", start[s], eager.Start![s]!);
        for (int f = 0; f < definition.Fields.Length; f++)
            if (definition.Fields[f].Trained) yield return ($"weight {definition.Fields[f].Name}", cell.FieldTensors[f], eager.Fields![f]!);
        for (int s = 0; s < start.Length; s++)
            if (definition.States[s].Trained) yield return ($"initial {definition.States[s].Name}", cell.InitialTensors[s]!, eager.Initial![s]!);
    }

    /// <summary>False where two step sizes disagree: the direction crosses a kink, or the derivative cannot be told from differences.</summary>
    bool Agrees(string leaf, Tensor? gradient, double[] values, EagerInput eager)
    {
        double[] direction = Normal(values.Length);
        double wide = Difference(values, direction, 1e-5, eager), narrow = Difference(values, direction, 1.25e-6, eager);
        float[] analytic = gradient?.ToArray() ?? new float[values.Length];
        double actual = 0, norm = 0;
        for (int i = 0; i < values.Length; i++)
        {
            actual += analytic[i] * direction[i];
            norm += (double)analytic[i] * analytic[i];
        }
        double scale = Math.Max(Math.Sqrt(norm), Math.Max(Math.Abs(narrow), 1e-2));
        if (Math.Abs(wide - narrow) > 1e-5 * scale) return false;
        Assert.True(Math.Abs(actual - narrow) <= GradientTolerance * scale, $"gradient of {leaf}: {actual:G9} in a direction where differences give {narrow:G9}");
        return true;
    }

    double Difference(double[] values, double[] direction, double step, EagerInput eager)
    {
        double[] at = [.. values];
        double LossAt(double distance)
        {
            for (int i = 0; i < values.Length; i++) values[i] = at[i] + distance * direction[i];
            return Results(EagerRunner.Run(definition, eager)).Zip(lossWeights, (r, w) => r.Zip(w, (y, v) => y * v).Sum()).Sum();
        }
        double difference = (LossAt(step) - LossAt(-step)) / (2 * step);
        at.CopyTo(values, 0);
        return difference;
    }

    double[][] Results(EagerRun run) => [.. run.Outputs, .. definition.States.Select(s => run.End[s.Name])];

    /// <summary>Every number moved by at most a float's rounding.</summary>
    EagerInput Jitter(EagerInput eager)
    {
        double[] Move(double[] values) => Array.ConvertAll(values, v => v * (1 + 6e-8 * (2 * random.NextDouble() - 1)));
        double[]?[]? MoveAll(double[]?[]? arrays) => arrays is null ? null : Array.ConvertAll(arrays, a => a is null ? null : Move(a));
        return eager with { Inputs = Array.ConvertAll(eager.Inputs, Move), Fields = MoveAll(eager.Fields), Start = MoveAll(eager.Start), Initial = MoveAll(eager.Initial) };
    }

    /// <summary>Largest relative RMS distance over the results; below 1e-2 RMS the distance is taken as if the values were that large.</summary>
    static double Distance(double[][] expected, double[][] actual) => expected.Zip(actual, (e, a) =>
    {
        double error = e.Zip(a, (x, y) => (x - y) * (x - y)).Sum(), norm = e.Sum(x => x * x);
        return e.Length == 0 ? 0 : double.IsFinite(error) ? Math.Sqrt(error / Math.Max(norm, 1e-4 * e.Length)) : double.PositiveInfinity;
    }).DefaultIfEmpty(0).Max();

    Tensor Leaf(params int[] shape)
    {
        Tensor leaf = Tensor.FromArray(Array.ConvertAll(Normal(shape.Aggregate(1, (a, b) => a * b)), v => (float)v), shape).To(device);
        leaf.RequiresGrad = true;
        return leaf;
    }

    double[] Normal(int count) => [.. Enumerable.Range(0, count)
        .Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
}
