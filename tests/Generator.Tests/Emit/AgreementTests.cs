using Recurve.TestKit;

namespace Recurve.Generator.Tests.Emit;

/// <summary>Cells that once were scheduled wrongly, against their own Step in value and gradient.</summary>
public sealed class AgreementTests
{
    [Fact]
    public void ALoopAndWhatFollowsItMultiplyTheSameState() => Verify("""
        [Cell(Strategy = Strategy.Sequential)]
        public sealed partial class Odd(int units)
        {
            [Weight] readonly Mat u = new(units, units), w = new(units, units);
            [State] Vec h = new(units);
            [State] Vec s = new(units);

            (Vec, Vec) Step(Vec x)
            {
                Vec y = Tanh(u) * h + Transpose(w) * s;
                h = 0.3 * (u * h) + Tanh(w * x);
                s = 0.9 * s + 0.1 * Tanh(w * x);
                return (y, h * s);
            }
        }
        """);

    static void Verify(string source)
    {
        var type = GeneratorHarness.Run(source).Load().GetType("Odd", throwOnError: true)!;
        foreach (var (time, units) in new[] { (1, 1), (5, 3), (17, 4) })
        {
            var cell = (CellModule)Activator.CreateInstance(type, units)!;
            cell.Initialize(seed: 1);
            GradientCheck.Verify(cell, batch: 2, time, seed: time, withStart: true);
            GradientCheck.Verify(cell, batch: 2, time, seed: time, new Sequence { Reverse = true, Resets = GradientCheck.RandomResets(2, time, 3) });
        }
    }
}
