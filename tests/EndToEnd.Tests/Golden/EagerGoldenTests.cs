using Recurve.Cells;
using Recurve.Contracts;
using Recurve.EndToEnd.Tests.Cells;

namespace Recurve.EndToEnd.Tests.Golden;

/// <summary>The LSTM's and GRU's own Step against PyTorch: values, and gradients by central differences of the eager run.</summary>
public sealed class EagerGoldenTests
{
    const double Step = 1e-5;

    [Theory]
    [InlineData("lstm")]
    [InlineData("gru")]
    public void Values_agree_with_PyTorch(string name)
    {
        (GoldenFile golden, CellDefinition cell, EagerInput input) = Load(name);
        EagerRun run = EagerRunner.Run(cell, input);
        Near(golden.Doubles("y"), run.Outputs[0], 1e-7, "y");
        foreach (StateDefinition state in cell.States) Near(golden.Doubles(state.Name + "n"), run.End[state.Name], 1e-7, state.Name + "n");
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("gru")]
    public void Gradients_agree_with_PyTorch(string name)
    {
        (GoldenFile golden, CellDefinition cell, EagerInput input) = Load(name);
        double Loss()
        {
            EagerRun run = EagerRunner.Run(cell, input);
            return Dot(golden["gy"], run.Outputs[0]) + cell.States.Sum(s => Dot(golden[$"g{s.Name}n"], run.End[s.Name]));
        }
        IEnumerable<(string Name, double[] Values)> arguments =
        [
            ("x", input.Inputs[0]),
            .. cell.States.Select((s, i) => (s.Name + "0", input.Start![i]!)),
            .. cell.Fields.Select((f, i) => (f.Name, input.Fields![i]!)),
        ];
        foreach ((string argument, double[] values) in arguments)
        {
            double[] gradient = new double[values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                double at = values[i];
                values[i] = at + Step;
                double above = Loss();
                values[i] = at - Step;
                gradient[i] = (above - Loss()) / (2 * Step);
                values[i] = at;
            }
            Near(golden.Doubles("grad." + argument), gradient, 1e-6, "grad." + argument);
        }
    }

    static (GoldenFile, CellDefinition, EagerInput) Load(string name)
    {
        GoldenFile golden = new($"{name}.safetensors");
        int[] shape = golden.Shape("x");
        int units = golden.Shape("h0")[1];
        CellDefinition cell = ReflectedCell.Define(name == "lstm" ? new Lstm(shape[2], units) : new Gru(shape[2], units), shape[2], units);
        return (golden, cell, new()
        {
            Batch = shape[0],
            Steps = shape[1],
            Inputs = [golden.Doubles("x")],
            Start = [.. cell.States.Select(s => golden.Doubles(s.Name + "0"))],
            Fields = [.. cell.Fields.Select(f => golden.Doubles(f.Name))],
        });
    }

    static double Dot(float[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    /// <summary>Relative RMS; the files are rounded to single precision.</summary>
    static void Near(double[] expected, double[] came, double tolerance, string what)
    {
        Assert.Equal(expected.Length, came.Length);
        double error = Math.Sqrt(expected.Zip(came, (e, c) => (e - c) * (e - c)).Sum() / expected.Sum(e => e * e));
        Assert.True(error <= tolerance, $"{what}: relative RMS {error:E2}, allowed {tolerance:E0}");
    }
}
