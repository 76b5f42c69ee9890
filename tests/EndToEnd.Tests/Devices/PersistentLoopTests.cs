using System.Reflection;
using Recurve.Cells;
using Recurve.Devices;
using Recurve.Plans;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Devices;

/// <summary>Loops that one kernel takes through all steps on a device, against the cell's own Step, beside the same loops step by step, and as they would be launched on a large card.</summary>
public sealed class PersistentLoopTests
{
    // what a step may do with states, products and slices, in one loop
    static readonly Dictionary<string, string> steps = new()
    {
        // both states are slices of one map, and each is a slice of an input of the other's product
        ["Halves"] = "Vec v = Tanh(Stack * h + Stack * g + w * x); h = Slice(v, 0, units); g = Slice(v, units, units); return h * g + g;",
        // slices that overlap, so that the loop has a copy and goes step by step
        ["Neighbours"] = "h = Tanh(narrow * (Slice(h, 0, units - 1) * Slice(h, 1, units - 1)) + Slice(w * x, 0, units)); g = Sin(h + Stack2 * g); return g;",
        // a product of a product, a state that decays without one, and an output that no state reads
        ["Deep"] = "Vec v = Stack2 * (wide * h) + Slice(w * x, 0, units); g = 0.9 * g + 0.1 * Tanh(v - g); h = Tanh(Stack2 * g + v); return v * h;",
    };

    static readonly Assembly assembly = GeneratorHarness.Run([.. steps.Select(s => $$"""
        [Cell(Strategy = Strategy.Sequential)]
        public sealed partial class {{s.Key}}(int units)
        {
            [Weight] readonly Mat w = new(2 * units, units, (i, j) => Math.Sin(2 + i - 3 * j) / units), wide = new(units, units, (i, j) => Math.Cos(i + 2 * j) / units);
            [Weight] readonly Mat Stack = new(2 * units, units, (i, j) => Math.Sin(1 + i + 2 * j) / units), Stack2 = new(units, units, (i, j) => Math.Cos(3 + i * j) / units);
            [Weight] readonly Mat narrow = new(units, units - 1, (i, j) => Math.Cos(i - 2 * j));
            [State(Trained = true)] Vec h = new(units);
            [State] Vec g = new(units);

            Vec Step(Vec x)
            {
                {{s.Value}}
            }
        }
        """)]).Load();

    static Device Get(string device) => Device.TryGet(device, out var there, out var whyNot) ? there : throw new ArgumentException(whyNot);

    static Tensor Normal(int seed, params int[] shape)
    {
        var random = new RandomSource(seed);
        return Tensor.FromArray([.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => (float)random.Normal())], shape);
    }

    static CellModule Create(string name, int units)
    {
        CellModule cell = name switch
        {
            "Lstm" => new Lstm(units, units),
            "Gru" => new Gru(units, units),
            "LowRankLstm" => new LowRankLstm(units, units, 3),
            _ => (CellModule)Activator.CreateInstance(assembly.GetType(name, throwOnError: true)!, units)!,
        };
        cell.Initialize(5);
        return cell;
    }

    public static TheoryData<string> Names => [.. steps.Keys, "Lstm", "Gru", "LowRankLstm"];

    [Theory, OnCpu(nameof(Names)), OnOpenCl(nameof(Names)), OnCuda(nameof(Names))]
    public void AgreesWithItsStep(string device, string name)
    {
        using var forced = new ForcedPersistence(true);
        // two steps are few for a kernel of their own, 19 batches more sequences than a group takes where there are two units
        foreach (var (batch, time, units) in new[] { (1, 2, 2), (3, 20, 5), (19, 7, 4) })
        {
            GradientCheck.Verify(Create(name, units), batch, time, seed: 2, withStart: true, entries: 4, device: device);
            GradientCheck.Verify(Create(name, units), batch, time, seed: 3, new() { Reverse = true, Resets = GradientCheck.RandomResets(batch, time, 3) }, entries: 4, device: device);
            GradientCheck.Verify(
                Create(name, units), batch, time, seed: 4,
                new() { Lengths = [.. Enumerable.Range(0, batch).Select(b => b * time / batch)], Resets = GradientCheck.RandomResets(batch, time, 5) }, entries: 4, device: device);
        }
    }

    /// <summary>Weights that registers do not hold, several outputs of an item, and outputs of which several items have a part.</summary>
    [Theory, OnOpenCl, OnCuda]
    public void AgreesWithItsStepWhereItemsShareProductsUnevenly(string device)
    {
        using var forced = new ForcedPersistence(true);
        GradientCheck.Verify(Create("Lstm", 130), batch: 2, time: 3, seed: 6, entries: 3, device: device);
        GradientCheck.Verify(Create("Gru", 33), batch: 1, time: 5, seed: 7, entries: 3, device: device);
    }

    [Theory, OnOpenCl, OnCuda]
    public void StepByStepItIsTheSame(string device)
    {
        foreach (var name in new[] { "Lstm", "Gru", "Halves" })
        {
            foreach (var reverse in new[] { false, true })
            {
                var sequence = new Sequence { Lengths = [40, 0, 17], Reverse = reverse, Resets = GradientCheck.RandomResets(3, 40, seed: 1).To(Get(device)) };
                float[] together = Run(device, name, sequence, isPersistent: true), oneByOne = Run(device, name, sequence, isPersistent: false);
                for (var i = 0; i < together.Length; i++) Assert.Equal(oneByOne[i], together[i], 2e-5f * (1 + Math.Abs(oneByOne[i])));
                Assert.Equal(together, Run(device, name, sequence, isPersistent: true));
            }
        }
    }

    static float[] Run(string device, string name, Sequence sequence, bool isPersistent)
    {
        using var forced = new ForcedPersistence(isPersistent);
        var cell = Create(name, 6);
        cell.To(Get(device));
        var x = Normal(1, 3, 40, 6).To(Get(device));
        x.RequiresGrad = true;
        var y = cell.Forward(x, sequence);
        Assert.Equal(isPersistent, cell.LastRun!.ToString().Contains("in one kernel", StringComparison.Ordinal));
        y.Backward(Normal(2, y.Shape).To(Get(device)));
        return [.. y.ToArray(), .. x.Grad!.ToArray(), .. cell.Parameters.SelectMany(p => p.Value.Grad?.ToArray() ?? [])];
    }

    [Theory]
    [InlineData("forward")]
    [InlineData("backward")]
    public void KernelOfAnLstmOnALargeCard(string direction)
        => Snapshots.Verify(LaunchesOf(new Lstm(64, 64), batch: 1, time: 100).Single(l => l.Kernel == $"loop_{direction}").Program.Text, "cu", direction);

    /// <summary>What one step of a loop costs must not be what its launches cost.</summary>
    [Theory]
    [InlineData(1, 64, true)]
    [InlineData(16, 128, true)]
    [InlineData(600, 64, true)]
    [InlineData(64, 1024, false)]
    [InlineData(5000, 64, false)]
    public void ALargeCardTakesWhatItsGroupsHold(int batch, int units, bool isPersistent)
    {
        var launches = LaunchesOf(new Lstm(units, units), batch, time: 20);
        Assert.Equal(isPersistent ? 2 : 0, launches.Count(l => l.Kernel.StartsWith("loop_", StringComparison.Ordinal)));
        Assert.All(launches, l => Assert.InRange(l.Grid.SharedBytes, 0, 227 << 10));
        if (isPersistent) Assert.All(launches.Where(l => l.Kernel.StartsWith("loop_", StringComparison.Ordinal)), l => Assert.InRange(l.Grid.Groups, 1, 132));
    }

    [NvrtcTheory]
    [InlineData(1, 64)]
    [InlineData(16, 128)]
    [InlineData(1, 31)]
    public void CompilesAndSpillsNothing(int batch, int units)
    {
        foreach (CellModule cell in new CellModule[] { new Lstm(units, units), new Gru(units, units), new Elman(units, units), new LowRankLstm(units, units, 4) })
        {
            foreach (var launch in LaunchesOf(cell, batch, time: 20).Where(l => l.Kernel.StartsWith("loop_", StringComparison.Ordinal))) NvrtcTests.Compile(launch.Program, 90);
        }
    }

    static List<(DeviceProgram Program, string Kernel, Grid Grid)> LaunchesOf(CellModule cell, int batch, int time)
    {
        var card = PaperDevice.H200();
        cell.To(card.Device);
        var x = Tensor.Zeros(batch, time, cell.Parameters.First().Value.Dim(1)).To(card.Device);
        var y = cell.Forward(x);
        y.Backward(Tensor.Zeros(y.Shape).To(card.Device));
        return card.Launches;
    }
}
