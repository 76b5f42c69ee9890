using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>Operations over a whole vector, of inputs, of weights and inside a loop, against their own Step in value and gradient.</summary>
public sealed class WholeVectorTests
{
    static readonly (string Name, Func<string, string> Of)[] operations =
    [
        ("Softmax", v => $"Softmax({v})"),
        ("LayerNorm", v => $"LayerNorm({v}, 0.1)"),
        ("RmsNorm", v => $"RmsNorm({v}, 0.1)"),
        ("Norm", v => $"Norm({v} + 2)"),
        ("Sum", v => $"Sum({v})"),
        ("Mean", v => $"Mean({v})"),
        ("Dot", v => $"Dot({v}, Sin(x))"),
        ("Reverse", v => $"Reverse({v})"),
        ("Concat", v => $"Slice(Concat({v}, x), 1, units)"),
        ("Outer", v => $"(Outer({v}, Tanh(x)) * w)"),
        ("Transpose", v => $"(Transpose(u) * {v})"),
        ("Product", v => $"(u * Hadamard(u, Outer({v}, w)) * x)"),
        ("Flatten", v => $"Slice(Flatten(Outer({v}, x)), units * units - units, units)"),
    ];

    static string Cell(string name, Func<string, string> of) => $$"""
        [Cell(Strategy = Strategy.Sequential)]
        public sealed partial class {{name}}Cell(int units)
        {
            [Weight] readonly Vec w = new(units, i => Math.Cos(i));
            [Weight] readonly Mat u = new(units, units, (i, j) => Math.Sin(1 + i + 2 * j) / units);
            [State] Vec s = new(units);
            [State(Trained = true)] Vec t = new(units);

            Vec Step(Vec x)
            {
                s = 0.5 * s + {{of("x")}};
                t = 0.5 * Sin(u * t + 0.5 / units * {{of("(t - x)")}}); // a Tanh of a sum of many is at its bounds, where no derivative is left to compare
                return s + t * {{of("w")}} + x;
            }
        }
        """;

    static readonly System.Reflection.Assembly assembly = GeneratorHarness.Run([.. operations.Select(o => Cell(o.Name, o.Of))]).Load();

    public static TheoryData<string> Names => [.. operations.Select(o => o.Name)];

    // a group of a device has 64 items
    [Theory, OnCpu(nameof(Names)), OnOpenCl(nameof(Names)), OnCuda(nameof(Names))]
    public void AgreesWithItsStep(string device, string name)
    {
        foreach (var (batch, time, units) in new[] { (2, 1, 1), (3, 6, 3), (2, 4, 64), (1, 3, 70), (0, 2, 2) })
        {
            CellModule New()
            {
                var cell = (CellModule)Activator.CreateInstance(assembly.GetType($"{name}Cell", throwOnError: true)!, units)!;
                cell.Initialize(seed: 1);
                return cell;
            }
            GradientCheck.Verify(New(), batch, time, seed: 2, withStart: true, device: device);
            GradientCheck.Verify(New(), batch, time, seed: 3, new() { Reverse = true, Resets = GradientCheck.RandomResets(batch, time, 3) }, device: device);
            GradientCheck.Verify(New(), batch, time, seed: 4, new() { Lengths = [.. Enumerable.Range(0, batch).Select(b => b * time / batch)] }, device: device);
        }
    }
}
