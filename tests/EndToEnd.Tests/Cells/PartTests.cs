using Recurve.Cells;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>Cells with parts, compiled: values and gradients against their own Step, one set of weights for the whole and its parts.</summary>
public sealed class PartTests
{
    const string Source = """
        [Cell]
        public sealed partial class Leak(int inputs, int units, double rate, bool gated)
        {
            readonly Vec scale = new(units, i => 0.5 + 0.1 * i);
            [Weight] readonly Mat w = new(units, inputs);
            [State(Trained = true)] internal Vec h = new(units);

            internal Vec Step(Vec x, [Size("units")] Vec y)
            {
                Vec a = gated ? Sigmoid(w * x) : Sigmoid(y);
                return h = rate * a * h + (1 - rate) * scale * y;
            }
        }

        [Cell]
        public sealed partial class Pair(int units)
        {
            internal readonly Leak slow = new(units, 2 * units, 0.9, true), fast = new(units, 2 * units, Math.Sqrt(0.1), false);
            [State] internal Vec last = new(2 * units);

            internal (Vec Slow, Vec Fast) Step(Vec x)
            {
                Vec both = Concat(x, x * x);
                Vec before = last;
                last = fast.h;
                return (slow.Step(x, both), fast.Step(y: both + slow.h, x: x) * before);
            }
        }

        [Cell(Strategy = Strategy.Sequential)]
        public sealed partial class Whole(int units, bool on)
        {
            [Weight] readonly Vec v = new(2 * units, i => 1 + 0.2 * i);
            readonly Pair pair = new(units);
            [State] Vec g = new(2 * units);
            readonly Leak feedback = new(2 * units, 1, 0.5, true);

            (Vec, Vec) Step(Vec x)
            {
                var (slow, fast) = pair.Step(x + feedback.h);
                if (on) feedback.Step(v * slow, Mean(fast));
                g = 0.5 * g + pair.fast.h;
                return (v * pair.slow.h, g + fast);
            }
        }
        """;

    static CellModule Create(string name, params object[] arguments)
        => (CellModule)Activator.CreateInstance(assembly.GetType(name, throwOnError: true)!, arguments)!;

    static readonly System.Reflection.Assembly assembly = GeneratorHarness.Run(Source).Load();

    public static TheoryData<string, object[]> Arguments => new()
    {
        { "Leak", [3, 5, 0.7, true] },
        { "Pair", [3] },
        { "Whole", [3, true] },
        { "Whole", [1, false] },
    };

    [Theory, OnCpu(nameof(Arguments)), OnOpenCl(nameof(Arguments)), OnCuda(nameof(Arguments))]
    public void AgreesWithItsStep(string device, string name, object[] arguments)
    {
        foreach (var (batch, time) in new[] { (2, 1), (1, 17), (3, 6) })
        {
            CellModule New()
            {
                var cell = Create(name, arguments);
                cell.Initialize(seed: time);
                return cell;
            }
            GradientCheck.Verify(New(), batch, time, seed: time, withStart: true, device: device);
            GradientCheck.Verify(New(), batch, time, seed: time, new Sequence { Reverse = true, Resets = GradientCheck.RandomResets(batch, time, 3) }, device: device);
            GradientCheck.Verify(New(), batch, time, seed: time, new Sequence { Lengths = [.. Enumerable.Range(0, batch).Select(b => b * time / batch)] }, device: device);
        }
    }

    [Fact]
    public void PartsOfAPaperMakeItsCell()
    {
        var (parts, whole) = (new GilrPart(5, 7), new GilrLstm(5, 7));
        parts.Initialize(seed: 6);
        foreach (var (name, other) in new[] { ("surrogate.u", "ug"), ("surrogate.v", "ui"), ("surrogate.b", "bg"), ("surrogate.d", "bi") })
            Named(whole, other).CopyFrom(Named(parts, name).ToArray());
        foreach (var p in parts.Parameters.Where(p => !p.Name.Contains('.', StringComparison.Ordinal))) Named(whole, p.Name).CopyFrom(p.Value.ToArray());
        var random = new Random(2);
        var x = Tensor.FromArray([.. Enumerable.Range(0, 3 * 19 * 5).Select(_ => (float)random.NextDouble() - 0.5f)], 3, 19, 5);
        var weights = Tensor.FromArray([.. Enumerable.Range(0, 3 * 19 * 7).Select(_ => (float)random.NextDouble() - 0.5f)], 3, 19, 7);
        var sequence = new Sequence { Lengths = [19, 0, 8], Resets = GradientCheck.RandomResets(3, 19, seed: 1) };
        var (y, end) = parts.Forward(x, null, sequence);
        var (z, other2) = whole.Forward(x, null, sequence);
        Assert.Equal(z.ToArray(), y.ToArray());
        Assert.Equal(other2.s.ToArray(), end.surrogate.h.ToArray());
        y.Backward(weights);
        z.Backward(weights);
        foreach (var p in parts.Parameters)
        {
            var name = p.Name switch { "surrogate.u" => "ug", "surrogate.v" => "ui", "surrogate.b" => "bg", "surrogate.d" => "bi", _ => p.Name };
            Assert.Equal(Named(whole, name).Grad!.ToArray(), p.Grad!.ToArray());
        }

        static Tensor Named(CellModule cell, string name) => cell.Parameters.Single(p => p.Name == name).Value;
    }

    [Fact]
    public void MambaIsAConvolutionAndAStateSpace()
    {
        const int Inputs = 3, Units = 4, Time = 9;
        var (mamba, s6) = (new Mamba(Inputs, Units), new S6(Units));
        mamba.Initialize(seed: 6);
        var weights = mamba.Parameters.ToDictionary(p => p.Name, p => p.Value.ToArray());
        foreach (var p in s6.Parameters) p.Value.CopyFrom(weights[$"s6.{p.Name}"]);
        float[] x = [.. Enumerable.Range(0, Time * Inputs).Select(i => MathF.Sin(3 * i + 1))];

        static double Silu(double v) => v / (1 + Math.Exp(-v));
        static double Product(float[] matrix, int row, int columns, Func<int, double> v) => Enumerable.Range(0, columns).Sum(j => matrix[row * columns + j] * v(j));
        double Given(string matrix, int t, int unit) => t < 0 ? 0 : Product(weights[matrix], unit, Inputs, j => x[t * Inputs + j]);
        // the oldest of four steps has the first tap
        double Convolved(int t, int unit) => weights["bias"][unit] + Enumerable.Range(0, 4).Sum(k => weights["taps"][k * Units + unit] * Given("wu", t - 3 + k, unit));
        var inside = s6.Forward(Tensor.FromArray([.. Enumerable.Range(0, Time * Units).Select(i => (float)Silu(Convolved(i / Units, i % Units)))], 1, Time, Units)).ToArray();
        double Expected(int t, int output) => Product(weights["wo"], output, Units, j => inside[t * Units + j] * Silu(Given("wz", t, j)));

        var y = mamba.Forward(Tensor.FromArray(x, 1, Time, Inputs)).ToArray();
        for (var i = 0; i < y.Length; i++) Assert.Equal(Expected(i / Inputs, i % Inputs), y[i], 1e-5);
    }

    [Fact]
    public void NamesStandInDeclarationOrder()
    {
        var cell = Create("Whole", 2, true);
        Assert.Equal(
            ["v", "pair.slow.w", "pair.fast.w", "feedback.w", "pair.slow.h", "pair.fast.h", "feedback.h"], cell.Parameters.Select(p => p.Name));
        Assert.Equal(["pair.slow.h", "pair.fast.h", "pair.last", "g", "feedback.h"], cell.Definition.Info.States.Select(s => s.Name));
        var (_, end) = cell.RunAny([Tensor.Zeros(1, 2, 2)], null, null);
        Assert.Equal(["pair", "g", "feedback"], end.GetType().GetProperties().Where(p => p.DeclaringType == end.GetType() && p.Name != "EqualityContract").Select(p => p.Name));
        Assert.Equal([4, 4, 4, 4, 1], end.Tensors.Select(t => t.Shape[1]));
    }

    [Fact]
    public void APartSharesItsWeightsWithItsOwner()
    {
        var whole = Create("Whole", 2, true);
        whole.Initialize(seed: 4);
        var pair = (CellModule)whole.GetType().GetField("pair", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!.GetValue(whole)!;
        Assert.Same(whole.Parameters.Single(p => p.Name == "pair.fast.w").Value, pair.Parameters.Single(p => p.Name == "fast.w").Value);

        // by itself it runs with what its owner was initialized to
        var x = Tensor.FromArray([.. Enumerable.Range(0, 10).Select(i => 0.1f * i)], 1, 5, 2);
        var alone = pair.RunAny([x], null, null).Outputs[0].ToArray();
        Assert.Equal(pair.EagerInputOf([x], null, null).Fields![1], whole.EagerInputOf([x], null, null).Fields![2]);
        Assert.Equal(EagerRunner.Run(pair.Definition, pair.EagerInputOf([x], null, null)).Outputs[0].Select(v => (float)v), alone, (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void SavesAndLoadsEachTensorOnce()
    {
        var path = Path.GetTempFileName();
        try
        {
            var (saved, loaded) = (Create("Whole", 2, true), Create("Whole", 2, true));
            saved.Initialize(seed: 1);
            loaded.Initialize(seed: 2);
            saved.Save(path);
            Assert.Equal(
                ["v", "pair.slow.w", "pair.fast.w", "feedback.w", "pair.slow.h", "pair.fast.h", "feedback.h", "pair.slow.scale", "pair.fast.scale", "feedback.scale"],
                saved.SavedTensors().Select(t => t.Key));
            loaded.Load(path);
            var x = Tensor.FromArray([.. Enumerable.Range(0, 12).Select(i => MathF.Sin(i))], 1, 6, 2);
            Assert.Equal(saved.RunAny([x], null, null).Outputs[1].ToArray(), loaded.RunAny([x], null, null).Outputs[1].ToArray());
        }
        finally
        {
            File.Delete(path);
        }
    }
}
