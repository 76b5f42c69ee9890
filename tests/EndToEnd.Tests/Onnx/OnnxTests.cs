using Microsoft.ML.OnnxRuntime;
using Recurve.Cells;
using Recurve.EndToEnd.Tests.Cells;
using Recurve.EndToEnd.Tests.RandomPrograms;
using Recurve.TestKit;
using Xunit.Sdk;

namespace Recurve.EndToEnd.Tests.Onnx;

/// <summary>An exported model computes, in another program, what it computes here.</summary>
public sealed class OnnxTests : IDisposable
{
    const double Tolerance = 1e-5;

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recurve-onnx-");

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>Small models whose files are kept: a change to what is written is seen.</summary>
    public static IReadOnlyDictionary<string, Func<CellModule>> Kept { get; } = new Dictionary<string, Func<CellModule>>
    {
        ["Lstm"] = () => new Lstm(3, 4),
        ["Gru"] = () => new Gru(3, 4),
        ["MinGru"] = () => new MinGru(3, 4),
        ["GilrLstm"] = () => new GilrLstm(3, 4),
        ["Lru"] = () => new Lru(3, 4),
    };

    public static TheoryData<string> KeptNames => [.. Kept.Keys];

    [Theory, MemberData(nameof(KeptNames))]
    public void TheFileIsTheOneThatIsKept(string name)
    {
        string path = System.IO.Path.Combine(Repository.Root, "tests", "EndToEnd.Tests", "Onnx", "Golden", $"{name}.onnx");
        byte[] written = Write(name, Initialized(Kept[name]()));
        if (Environment.GetEnvironmentVariable("RECURVE_ACCEPT_SNAPSHOTS") == "1") File.WriteAllBytes(path, written);
        Assert.Equal(File.ReadAllBytes(path), written);
    }

    [Fact]
    public void LstmAndGruAreOperationsAndOtherCellsAreScans()
    {
        var files = Agrees(Kept.ToDictionary(k => k.Key, k => (Module)Initialized(k.Value())));
        Assert.All(files, f => Assert.Equal(f.Key is not ("Lstm" or "Gru"), Has(f.Value, "Scan")));
        Assert.True(Has(files["Lstm"], "LSTM") && Has(files["Gru"], "GRU"));
    }

    [Fact]
    public void EveryCellOfTheSamples() => Agrees(Catalogue.All.ToDictionary(e => e.Name, e => (Module)Initialized(e.Create(3, 5))), e => Catalogue.Get(e).Scale);

    [Fact]
    public void ModulesAroundCells() => Agrees(new Dictionary<string, Module>
    {
        ["classifier"] = Initialized(new Sequential(new Linear(3, 6), new Residual(new MinGru(6, 6)), new LayerNorm(6), new Dropout(0.5), new LastStep(), new Linear(6, 2))).Eval(),
        ["both directions"] = Initialized(new Sequential(new Bidirectional(new Lstm(3, 4), new Gru(3, 5)), new Bidirectional(new MinGru(9, 4), new Fsmn(9, 4)) { Merge = Merge.Sum })),
        ["a part"] = Initialized(new Sequential(new GilrPart(3, 4))),
    });

    [Fact]
    public void TrainedInitialStatesAndSequencesOfAnyShape()
    {
        Dictionary<string, Module> models = new() { ["lstm"] = Initialized(new TrainedStart(3, 4)), ["scan"] = Initialized(new TrainedScanStart(3, 4)) };
        foreach (Module model in models.Values)
            foreach (Parameter parameter in model.Parameters.Where(p => p.Name is "h" or "c")) parameter.Assign([0.5f, -0.25f, 1, 2]);
        Assert.True(Has(Agrees(models)["lstm"], "LSTM"));
        Agrees(models, batch: 1, steps: 1);
        Agrees(models, batch: 5, steps: 2);
    }

    [Fact]
    public void LoopsThatReadNothingConditionsBetweenStagesAndConstants() => Agrees(new Dictionary<string, Module>
    {
        ["reads nothing"] = Initialized(new Unmoved(3, 4)),
        ["conditions"] = Initialized(new Conditional(3, 4)),
        ["constants"] = Initialized(new HalfConstant(3, 4)),
    });

    /// <summary>Failures name the seed and the number of the program, which is that of <see cref="RandomCell.Draw"/>.</summary>
    [Fact]
    public void RandomProgramsOfManySizes()
    {
        int seed = RandomSeed.Draw();
        RandomCell[] cells = RandomCell.Draw(64, seed, []);
        System.Reflection.Assembly assembly = GeneratorHarness.Run([.. cells.Select(c => c.Source)]).Load();
        CellModule Create(string name, int i) => (CellModule)Activator.CreateInstance(assembly.GetType(name, throwOnError: true)!, 1 + i % 4, 1 + i % 5)!;
        Agrees(cells.Index().ToDictionary(c => c.Item.Name, c => (Module)Initialized(Create(c.Item.Name, c.Index))), steps: 1 + seed % 6);
    }

    [Fact]
    public void WhatCannotBeExportedIsNamed()
    {
        string path = System.IO.Path.Combine(folder.FullName, "none.onnx");
        Assert.Contains(nameof(OwnModule), Assert.Throws<NotSupportedException>(() => new Sequential(new OwnModule()).ExportOnnx(path)).Message);
        Assert.False(File.Exists(path));
    }

    // The files, by name.
    IReadOnlyDictionary<string, byte[]> Agrees(IReadOnlyDictionary<string, Module> models, Func<string, double>? scale = null, int batch = 2, int steps = 7)
    {
        int seed = RandomSeed.Draw();
        Random random = new(seed);
        Dictionary<string, byte[]> files = models.ToDictionary(m => m.Key, m => Write(m.Key, m.Value));
        List<string> wrong = [];
        foreach (var (name, model) in models)
        {
            var inputs = Inputs(model).ToDictionary(i => i.Name, i => Noise(random, scale?.Invoke(name) ?? 1, batch, steps, i.Size));
            Tensor[] given = [.. inputs.Values], expected = model is CellModule cell ? cell.RunAny(given, null, null).Outputs : [model.Forward(given[0])];
            try
            {
                foreach (var (output, (key, shape, values)) in expected.Zip(OnnxReader.Evaluate(files[name], inputs)))
                {
                    double difference = output.ToArray().Zip(values, Difference).Append(0).Max();
                    if (!output.Shape.SequenceEqual(shape) || difference > Tolerance) wrong.Add($"{name}: {key} differs by {difference:E2}, shape ({string.Join(", ", shape)})");
                }
            }
            catch (Exception e) when (e is OnnxRuntimeException or XunitException)
            {
                wrong.Add($"{name}: {e.Message}");
            }
        }
        Assert.True(wrong.Count == 0, $"seed {seed}\n{string.Join('\n', wrong)}");
        return files;
    }

    // A node names its operation by the field of number 4, a text.
    static bool Has(byte[] file, string operation) => file.AsSpan().IndexOf((ReadOnlySpan<byte>)[(4 << 3) | 2, (byte)operation.Length, .. System.Text.Encoding.UTF8.GetBytes(operation)]) >= 0;

    static double Difference(float expected, float actual) => expected.Equals(actual) ? 0 : double.IsNaN(expected - actual) ? double.PositiveInfinity : Math.Abs(expected - actual) / Math.Max(1, Math.Abs(expected));

    static IEnumerable<(string Name, int Size)> Inputs(Module model) => model is CellModule cell ? cell.Definition.Inputs : [("x", 3)];

    static Tensor Noise(Random random, double scale, int batch, int steps, int size)
        => Tensor.FromArray([.. Enumerable.Range(0, batch * steps * size).Select(_ => (float)(scale * (2 * random.NextDouble() - 1)))], batch, steps, size);

    byte[] Write(string name, Module model)
    {
        string path = System.IO.Path.Combine(folder.FullName, $"{name}.onnx");
        model.ExportOnnx(path);
        return File.ReadAllBytes(path);
    }

    static T Initialized<T>(T model) where T : Module
    {
        model.Initialize(seed: 1);
        return model;
    }

    sealed class OwnModule : Module
    {
        public override Tensor Forward(Tensor x, Sequence? sequence = null) => x;
    }
}

/// <summary>An LSTM in a user's own words: a matrix per gate, one bias, and a start that is trained.</summary>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class TrainedStart(int inputs, int units)
{
    [Weight] readonly Mat wf = new(units, inputs), wi = new(units, inputs), wo = new(units, inputs), wg = new(units, inputs);
    [Weight] readonly Mat uf = new(units, units), ui = new(units, units), uo = new(units, units), ug = new(units, units);
    [Weight(Init = Init.Ones)] readonly Vec bf = new(units);
    [State(Trained = true)] Vec c = new(units), h = new(units);

    Vec Step(Vec x)
    {
        Vec kept = c * Functions.Sigmoid(bf + uf * h + wf * x);
        c = Functions.Tanh(wg * x + ug * h) * Functions.Sigmoid(wi * x + ui * h) + kept;
        h = Functions.Tanh(c) * Functions.Sigmoid(uo * h + wo * x);
        return h;
    }
}

/// <summary>A scan that starts where it is trained to.</summary>
[Cell]
public sealed partial class TrainedScanStart(int inputs, int units)
{
    [Weight] readonly Mat w = new(units, inputs);
    [State(Trained = true)] Vec h = new(units);

    Vec Step(Vec x) => h = 0.5 * h + w * x;
}

/// <summary>A state that goes its way whatever is read.</summary>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class Unmoved(int inputs, int units)
{
    [Weight] readonly Mat w = new(units, inputs), u = new(units, units);
    [State(Trained = true)] Vec h = new(units), g = new(units);

    Vec Step(Vec x)
    {
        h = Functions.Tanh(0.5 * h + 0.1);
        g = Functions.Tanh(u * g);
        return h + g + w * x;
    }
}

/// <summary>A condition on the old state inside a loop and after it.</summary>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class Conditional(int inputs, int units)
{
    [Weight] readonly Mat w = new(units, inputs), u = new(units, units);
    [State(Trained = true)] Vec h = new(units), g = new(units);

    Vec Step(Vec x)
    {
        Mask isPositive = (h > 0) & (g < w * x);
        Vec chosen = Functions.Where(isPositive, h, g);
        h = Functions.Tanh(u * chosen + w * x);
        g = 0.5 * g + 0.5 * Functions.Mean(chosen);
        return Functions.Where(isPositive, h, g) + Functions.Reverse(chosen);
    }
}

/// <summary>A vector of one constant, reversed.</summary>
[Cell]
public sealed partial class HalfConstant(int inputs, int units)
{
    [Weight] readonly Mat w = new(units, inputs);
    [State] CVec c = new(units);

    Vec Step(Vec x)
    {
        c = 0.5 * c + 0.5 * Functions.Complex(0.3, w * x);
        return Functions.Reverse(Functions.Real(c)) - Functions.Imaginary(c);
    }
}
