using Recurve.Contracts;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>Bodies that hold more lanes at once than a machine has registers, and read more streams, are as right as any.</summary>
public sealed class WideBodyTests
{
    const int Lanes = 60;

    static readonly Lazy<System.Reflection.Assembly> assembly = new(() => GeneratorHarness.Run($$"""
        [Cell]
        public sealed partial class WideScan(int inputs, int units)
        {
            [Weight] readonly Mat w = new({{Lanes}} * units, inputs);
            [State] Vec h = new(units);

            Vec Step(Vec x)
            {
                Vec all = w * x;
                {{Step("", "h = 0.5 * h + 0.2 * sum;")}}
            }
        }

        [Cell(Strategy = Strategy.Sequential)]
        public sealed partial class WideStep(int inputs, int units)
        {
            [Weight] readonly Mat w = new({{Lanes}} * units, inputs);
            [State] Vec h = new(units);

            Vec Step(Vec x)
            {
                Vec all = w * x;
                {{Step(" + 0.1 * h", "h = Tanh(0.5 * h + 0.2 * sum);")}}
            }
        }
        """).Load());

    // every value is needed twice, last first, so that all are held until all are there
    static string Step(string more, string end) => string.Join("\n        ",
    [
        .. Enumerable.Range(0, Lanes).Select(i => $"Vec v{i} = Tanh(Slice(all, {i} * units, units){more});"),
        $"Vec sum = {string.Join(" + ", Enumerable.Range(0, Lanes).Select(i => $"v{i} * v{Lanes - 1 - (i + 7) % Lanes}"))};",
        end,
        "return h * v0;",
    ]);

    [Theory]
    [InlineData("WideScan")]
    [InlineData("WideStep")]
    public void AgreesWithItsStep(string name)
    {
        foreach (var (batch, time, units) in new[] { (1, 40, 3), (3, 9, 37) })
        {
            CellModule cell = (CellModule)Activator.CreateInstance(assembly.Value.GetType(name, throwOnError: true)!, 3, units)!;
            cell.Initialize(seed: 4);
            GradientCheck.Verify(cell, batch, time, seed: 8, new Sequence { Resets = GradientCheck.RandomResets(batch, time, seed: 2) }, withStart: true, entries: 6);
        }
    }
}
