using Recurve.Contracts;
using Xunit;

namespace Recurve.TestKit;

/// <summary>
/// Holds a compiled cell against its own Step: values against the eager run, gradients of a random linear loss of all outputs and end
/// states against central differences of the eager run in double precision.
/// </summary>
public sealed class GradientCheck
{
    /// <summary>Relative RMS error allowed for values.</summary>
    public const double ForwardTolerance = 1e-5;

    /// <summary>Relative RMS error allowed for the gradient of each leaf.</summary>
    public const double GradientTolerance = 1e-4;

    // of the differences: small, so that among thousands of steps hardly one crosses a kink; rounding in double stays far below the tolerance
    const double Step = 1e-6;

    readonly CellModule cell;
    readonly CellDefinition definition;
    readonly Random random;
    readonly Device device;
    readonly string context;
    readonly double forwardTolerance;
    readonly Tensor[] inputs;
    readonly Tensor[]? start;
    readonly Sequence sequence;
    readonly float[][] weights;

    GradientCheck(CellModule cell, int batch, int time, int seed, Sequence? sequence, bool withStart, double scale, string[] positive, string device, double rounding)
    {
        if (!Device.TryGet(device, out var there, out var whyNot)) throw new ArgumentException(whyNot, nameof(device));
        (this.cell, definition, random, this.device) = (cell, cell.Definition, new Random(seed), there);
        cell.To(there);
        forwardTolerance = Math.Max(ForwardTolerance, time * rounding);
        sequence ??= new();
        this.sequence = sequence with { Resets = sequence.Resets?.To(there) };
        context = $"{definition.Info.Cell} on {device}, seed {seed}, batch {batch}, time {time}, {(withStart ? "given" : "initial")} start, "
            + $"lengths [{string.Join(", ", this.sequence.Lengths ?? [])}], reverse {this.sequence.Reverse}, resets {this.sequence.Resets is not null}";
        inputs = [.. definition.Inputs.Select(i => Leaf(scale, false, [batch, time, i.Size]))];
        start = withStart ? [.. definition.States.Select(s => Leaf(scale, positive.Contains(s.Name), [batch, .. s.Shape]))] : null;
        foreach (var parameter in cell.Parameters) Perturb(parameter.Value);
        weights = [.. definition.Outputs.Select(o => Draw(1, batch * time * o.Size)), .. definition.States.Select(s => Draw(1, batch * s.Count))];
    }

    /// <summary>Checks values and gradients of one call.</summary>
    /// <param name="cell">The compiled cell; its parameters are perturbed a little, so that none sits at a special value.</param>
    /// <param name="batch">B.</param>
    /// <param name="time">T.</param>
    /// <param name="seed">Of inputs, states and the loss; part of every failure message.</param>
    /// <param name="sequence">How the sequences are walked.</param>
    /// <param name="withStart">Whether start states are given.</param>
    /// <param name="scale">Standard deviation of inputs and start states.</param>
    /// <param name="entries">Central differences per leaf, at most.</param>
    /// <param name="positive">States whose start is drawn positive, because the cell divides by them.</param>
    /// <param name="device">Where the cell runs, as in <c>RECURVE_DEVICE</c>; it is moved there.</param>
    /// <param name="rounding">Relative error of values that every step may add, in a cell that forgets nothing of it.</param>
    public static void Verify(
        CellModule cell, int batch, int time, int seed, Sequence? sequence = null, bool withStart = false, double scale = 1, int entries = 12, string[]? positive = null,
        string device = "cpu", double rounding = 0)
        => new GradientCheck(cell, batch, time, seed, sequence, withStart, scale, positive ?? [], device, rounding).Verify(entries);

    /// <summary>A (B, T) mask with about one reset in four steps.</summary>
    public static Tensor RandomResets(int batch, int time, int seed)
    {
        var random = new Random(seed);
        return Tensor.FromArray([.. Enumerable.Range(0, batch * time).Select(_ => random.Next(4) == 0 ? 1f : 0f)], batch, time);
    }

    void Verify(int entries)
    {
        foreach (var parameter in cell.Parameters) parameter.Value.Grad = null;
        var starts = start is null ? null : definition.WrapStates(start);
        var (outputs, end) = cell.RunAny(inputs, starts, sequence);
        var eager = cell.EagerInputOf(inputs, starts, sequence);
        VerifyValues(outputs, end, EagerRunner.Run(definition, eager));

        Backward([.. outputs, .. end.Tensors]);
        for (var i = 0; i < inputs.Length; i++)
            Compare($"input {definition.Inputs[i].Name}", inputs[i].Grad, eager.Inputs[i], eager, entries);
        for (var s = 0; s < (start?.Length ?? 0); s++)
            Compare($"start {definition.States[s].Name}", start![s].Grad, eager.Start![s]!, eager, entries);
        for (var f = 0; f < definition.Fields.Length; f++)
        {
            if (definition.Fields[f].Trained) Compare($"weight {definition.Fields[f].Name}", cell.FieldTensors[f].Grad, eager.Fields![f]!, eager, entries);
        }
        for (var s = 0; s < definition.States.Length; s++)
        {
            if (definition.States[s].Trained) Compare($"initial {definition.States[s].Name}", cell.InitialTensors[s]!.Grad, eager.Initial![s]!, eager, entries);
        }
    }

    void VerifyValues(Tensor[] outputs, CellStates end, EagerRun run)
    {
        for (var i = 0; i < outputs.Length; i++) Near($"output {definition.Outputs[i].Name}", outputs[i].ToArray(), run.Outputs[i], forwardTolerance);
        for (var s = 0; s < definition.States.Length; s++)
            Near($"end {definition.States[s].Name}", end.Tensors[s].ToArray(), run.End[definition.States[s].Name], forwardTolerance);
    }

    void Backward(Tensor[] results)
    {
        double loss = 0;
        for (var i = 0; i < results.Length; i++) loss += results[i].ToArray().Zip(weights[i], (y, w) => (double)y * w).Sum();
        var scalar = Tensor.FromArray([(float)loss]);
        Autograd.Record("random loss", results, [scalar], _ => [.. results.Select((r, i) => Tensor.FromArray(weights[i], r.Shape).To(device))]);
        if (scalar.RequiresGrad) scalar.Backward();
    }

    void Compare(string leaf, Tensor? gradient, double[] values, EagerInput eager, int entries)
    {
        if (values.Length == 0) return;
        var analytic = gradient?.ToArray() ?? new float[values.Length];
        int[] chosen = values.Length <= entries
            ? [.. Enumerable.Range(0, values.Length)]
            : [.. Enumerable.Range(0, entries).Select(_ => random.Next(values.Length)).Distinct()];
        Near($"gradient of {leaf}", [.. chosen.Select(i => analytic[i])], [.. chosen.Select(i => Difference(values, i, eager))], GradientTolerance);
    }

    double Difference(double[] values, int index, EagerInput eager)
    {
        var (value, step) = (values[index], Step * (1 + Math.Abs(values[index])));
        values[index] = value + step;
        var above = Loss(EagerRunner.Run(definition, eager));
        values[index] = value - step;
        var below = Loss(EagerRunner.Run(definition, eager));
        values[index] = value;
        return (above - below) / (2 * step);
    }

    double Loss(EagerRun run)
    {
        double loss = 0;
        for (var i = 0; i < run.Outputs.Length; i++) loss += run.Outputs[i].Zip(weights[i], (y, w) => y * w).Sum();
        for (var s = 0; s < definition.States.Length; s++)
            loss += run.End[definition.States[s].Name].Zip(weights[run.Outputs.Length + s], (y, w) => y * w).Sum();
        return loss;
    }

    void Near(string what, float[] actual, double[] expected, double tolerance)
    {
        Assert.True(actual.Length == expected.Length, $"{what}: {actual.Length} numbers, expected {expected.Length} ({context})");
        if (actual.Length == 0) return;
        double error = 0, norm = 0;
        for (var i = 0; i < actual.Length; i++)
        {
            error += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            norm += expected[i] * expected[i];
        }
        // below 1e-3 on average the numbers are cancellation, and the error is taken as it is
        var relative = Math.Sqrt(error / Math.Max(norm, 1e-6 * actual.Length));
        Assert.True(relative <= tolerance, $"{what}: relative error {relative:E2} > {tolerance:E0} ({context})");
    }

    Tensor Leaf(double scale, bool positive, params int[] shape)
    {
        var values = Draw(scale, shape.Aggregate(1, (a, b) => a * b));
        var leaf = Tensor.FromArray(positive ? Array.ConvertAll(values, v => 0.1f + Math.Abs(v)) : values, shape).To(device);
        leaf.RequiresGrad = true;
        return leaf;
    }

    void Perturb(Tensor parameter) => parameter.CopyFrom([.. parameter.ToArray().Select(v => v + (float)(0.2 * (random.NextDouble() - 0.5)))]);

    float[] Draw(double scale, int count)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = (float)(scale * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return values;
    }
}
