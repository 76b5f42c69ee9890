using System.Reflection;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>Slices that overlap at different places, in bodies of every kind: whoever takes channels side by side must not add to the same adjoint as its neighbour.</summary>
public sealed class OverlapTests
{
    static readonly Dictionary<string, string> steps = new()
    {
        ["InMap"] = "h = 0.5 * h + w * Slice(x, 2, units); return Slice(x, 0, units) * Slice(x, 1, units) + h;",
        ["InScan"] = "return h = Sigmoid(Slice(x, 0, units)) * h + Slice(x, 1, units) * Slice(x, 2, units);",
        ["StepByStep"] = "return h = Tanh(w * h + Slice(x, 0, units) * Slice(x, 1, units));",
        ["Clamped"] = "return h = Clamp(w * h + Slice(x, 0, units) * Slice(x, 2, units), -1, 1);",
        ["InLoop"] = "return h = Tanh(narrow * (Slice(h, 0, units - 1) * Slice(h, 1, units - 1)) + Slice(x, 0, units));",
    };

    static readonly Assembly assembly = GeneratorHarness.Run([.. steps.Select(s => $$"""
        [Cell(Strategy = Strategy.Sequential)]
        public sealed partial class {{s.Key}}(int units)
        {
            [Weight] readonly Vec w = new(units, i => Math.Cos(i)), wide = new(units + 2);
            [Weight] readonly Mat narrow = new(units, units - 1, (i, j) => Math.Sin(1 + i + 2 * j) / units);
            [State] Vec h = new(units);

            Vec Step(Vec given)
            {
                Vec x = given + wide;
                {{s.Value}}
            }
        }
        """)]).Load();

    public static TheoryData<string> Names => [.. steps.Keys];

    // more channels than a warp or a group of items has, and a thread's block
    [Theory, OnCpu(nameof(Names)), OnOpenCl(nameof(Names)), OnCuda(nameof(Names))]
    public void AgreesWithItsStep(string device, string name)
    {
        foreach (var units in new[] { 3, 70 })
        {
            var cell = (CellModule)Activator.CreateInstance(assembly.GetType(name, throwOnError: true)!, units)!;
            cell.Initialize(1);
            GradientCheck.Verify(cell, batch: 2, time: 5, seed: 3, entries: 6, device: device);
            Assert.Contains($"Concat {(name == "InLoop" ? units - 1 : units)} channels", cell.LastRun!.ToString(), StringComparison.Ordinal);
        }
    }
}
