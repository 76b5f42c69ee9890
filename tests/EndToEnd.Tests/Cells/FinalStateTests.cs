using Recurve.Cells;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>A Legendre memory whose input is what it writes.</summary>
[Cell]
public sealed partial class PlainMemory(int inputs, int order)
{
    public const int Window = 50;

    readonly Mat a = new(order, order, (i, j) => LegendreMemory.Of(order, Window).A(i, j));
    readonly Mat b = new(order, inputs, (i, j) => LegendreMemory.Of(order, Window).B(i) / (1 + j));
    [State] Vec m = new(order);

    Vec Step(Vec u) => m = a * m + b * u;
}

/// <summary>A cell of which only the last step is wanted, against all of its steps.</summary>
public sealed class FinalStateTests
{
    const int Inputs = 3, Order = 12, Units = 5;

    [Theory]
    [InlineData(1, 64, false, false, false)]
    [InlineData(3, 700, false, false, false)]
    [InlineData(4, 300, true, false, false)]
    [InlineData(3, 300, false, true, false)]
    [InlineData(5, 90, true, true, false)]
    [InlineData(3, 700, false, false, true)]
    [InlineData(4, 300, true, true, true)]
    public void Is_the_last_of_all_steps(int batch, int time, bool hasLengths, bool hasResets, bool writesItsInput)
    {
        var random = new Random(batch + time);
        float[] numbers = [.. Enumerable.Range(0, batch * time * Inputs).Select(_ => (float)random.NextDouble() - 0.5f)];
        var sequence = new Sequence
        {
            Lengths = hasLengths ? [.. Enumerable.Range(0, batch).Select(b => b == 0 ? 1 : random.Next(1, time + 1))] : null,
            Resets = hasResets ? Tensor.FromArray([.. Enumerable.Range(0, batch * time).Select(i => i % time == time - 1 && i > time || random.Next(60) == 0 ? 1f : 0f)], batch, time) : null,
        };
        var (last, all) = (Run(whole: false, out var note), Run(whole: true, out var without));
        Assert.Contains("only the last step", note, StringComparison.Ordinal);
        Assert.DoesNotContain("only the last step", without, StringComparison.Ordinal);
        Assert.Equal(all.Count, last.Count);
        foreach (var (name, expected) in all)
        {
            var norm = Math.Sqrt(expected.Sum(v => (double)v * v)) + 1e-6;
            var error = Math.Sqrt(expected.Zip(last[name], (x, y) => Math.Pow(x - y, 2)).Sum());
            Assert.True(error <= 1e-5 * norm, $"{name}: relative error {error / norm:E2}");
        }

        Dictionary<string, float[]> Run(bool whole, out string report)
        {
            CellModule cell = writesItsInput ? new PlainMemory(Inputs, Order) : new ParallelLmu(Inputs, Order, Units, window: 50);
            cell.Initialize(seed: 2);
            var x = Tensor.FromArray(numbers, batch, time, Inputs);
            x.RequiresGrad = true;
            var y = whole ? new LastStep().Forward(cell.Forward(x, sequence), sequence) : new Sequential(cell, new LastStep()).Forward(x, sequence);
            report = cell.LastRun!.ToString();
            Loss.MeanSquaredError(y, Tensor.Zeros(y.Shape)).Backward();
            Dictionary<string, float[]> results = new() { ["y"] = y.ToArray(), ["x"] = x.Grad!.ToArray() };
            foreach (var parameter in cell.Parameters) results.Add(parameter.Name, parameter.Grad!.ToArray());
            return results;
        }
    }

    [Fact]
    public void A_network_may_go_on_and_be_trained()
    {
        var cell = new ParallelLmu(Inputs, Order, Units, window: 50);
        var model = new Sequential(cell, new LastStep(), new Linear(Units, 2));
        var x = Tensor.FromArray([.. Enumerable.Range(0, 2 * 80 * Inputs).Select(i => (float)Math.Sin(i))], 2, 80, Inputs);
        double first = 0, loss = 0;
        var adam = new Adam(model.Parameters, learningRate: 1e-2);
        for (var step = 0; step < 30; step++)
        {
            var error = Loss.CrossEntropy(model.Forward(x), [0, 1]);
            loss = error.Item();
            if (step == 0) first = loss;
            error.Backward();
            adam.Step();
            adam.ZeroGrad();
        }
        Assert.Contains("only the last step", cell.LastRun!.ToString(), StringComparison.Ordinal);
        Assert.True(loss < 0.5 * first, $"{first} → {loss}");
    }

    [Fact]
    public void What_is_not_finite_runs_step_by_step()
    {
        var cell = new ParallelLmu(Inputs, Order, Units, window: 50);
        var numbers = new float[100 * Inputs];
        numbers[150] = float.NaN;
        var y = new Sequential(cell, new LastStep()).Forward(Tensor.FromArray(numbers, 1, 100, Inputs));
        Assert.All(y.ToArray(), v => Assert.True(float.IsNaN(v)));
        Assert.DoesNotContain("only the last step", cell.LastRun!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_cells_and_orders_run_all_steps()
    {
        var x = Tensor.Zeros(2, 100, Inputs);
        foreach (CellModule cell in new CellModule[] { new LinearIoRnn(Inputs, Order, Units), new MinGru(Inputs, Units), new ParallelLmu(Inputs, Order, Units, window: 50) })
        {
            Assert.Equal(Units, new Sequential(cell, new LastStep()).Forward(x, new() { Reverse = true }).Shape[1]);
            Assert.DoesNotContain("only the last step", cell.LastRun!.ToString(), StringComparison.Ordinal);
        }
        var trained = new LinearIoRnn(Inputs, Order, Units);
        new Sequential(trained, new LastStep()).Forward(x);
        Assert.DoesNotContain("only the last step", trained.LastRun!.ToString(), StringComparison.Ordinal);
    }
}
