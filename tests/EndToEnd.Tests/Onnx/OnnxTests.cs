using Recurve.Cells;
using Recurve.EndToEnd.Tests.Cells;
using Recurve.EndToEnd.Tests.RandomPrograms;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Onnx;

/// <summary>An exported model computes, in another program, what it computes here.</summary>
public sealed class OnnxTests : IDisposable
{
    const double Tolerance = 1e-5;

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recurve-onnx-");

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>Small models whose files are kept, so that also without the reader it is known that they are what the reader was shown.</summary>
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
    public void TheFileIsTheOneThatTheReaderWasShown(string name)
    {
        string path = System.IO.Path.Combine(Repository.Root, "tests", "EndToEnd.Tests", "Onnx", "Golden", $"{name}.onnx");
        byte[] written = File.ReadAllBytes(Write(name, Initialized(Kept[name]())));
        if (Environment.GetEnvironmentVariable("RECURVE_ACCEPT_SNAPSHOTS") == "1" && OnnxReader.WhyNot is null) File.WriteAllBytes(path, written);
        Assert.Equal(File.ReadAllBytes(path), written);
    }

    [OnnxFact]
    public void LstmAndGruAreOperationsAndOtherCellsAreScans()
    {
        var answers = Agrees(Kept.ToDictionary(k => k.Key, k => (Module)Initialized(k.Value())));
        Assert.Equal(["Transpose", "LSTM", "Squeeze", "Transpose"], answers["Lstm"].Ops!);
        Assert.Equal(["Transpose", "GRU", "Squeeze", "Transpose"], answers["Gru"].Ops!);
        Assert.All((string[])["MinGru", "GilrLstm", "Lru"], name => Assert.Contains("Scan", answers[name].Ops!));
    }

    [OnnxFact]
    public void EveryCellOfTheSamples() => Agrees(Catalogue.All.ToDictionary(e => e.Name, e => (Module)Initialized(e.Create(3, 5))), e => Catalogue.Get(e).Scale);

    [OnnxFact]
    public void ModulesAroundCells() => Agrees(new Dictionary<string, Module>
    {
        ["classifier"] = Initialized(new Sequential(new Linear(3, 6), new Residual(new MinGru(6, 6)), new LayerNorm(6), new Dropout(0.5), new LastStep(), new Linear(6, 2))).Eval(),
        ["both directions"] = Initialized(new Sequential(new Bidirectional(new Lstm(3, 4), new Gru(3, 5)), new Bidirectional(new MinGru(9, 4), new Fsmn(9, 4)) { Merge = Merge.Sum })),
        ["a part"] = Initialized(new Sequential(new GilrPart(3, 4))),
    });

    [OnnxFact]
    public void TrainedInitialStatesAndSequencesOfAnyShape()
    {
        Dictionary<string, Module> models = new() { ["lstm"] = Initialized(new TrainedStart(3, 4)), ["scan"] = Initialized(new TrainedScanStart(3, 4)) };
        foreach (Module model in models.Values)
            foreach (Parameter parameter in model.Parameters.Where(p => p.Name is "h" or "c")) parameter.Assign([0.5f, -0.25f, 1, 2]);
        Assert.Contains("LSTM", Agrees(models)["lstm"].Ops!);
        Agrees(models, batch: 1, steps: 1);
        Agrees(models, batch: 5, steps: 2);
    }

    [OnnxFact]
    public void LoopsThatReadNothingConditionsBetweenStagesAndConstants() => Agrees(new Dictionary<string, Module>
    {
        ["reads nothing"] = Initialized(new Unmoved(3, 4)),
        ["conditions"] = Initialized(new Conditional(3, 4)),
        ["constants"] = Initialized(new HalfConstant(3, 4)),
    });

    /// <summary>Failures name the seed and the number of the program, which is that of <see cref="RandomCell.Draw"/>.</summary>
    [OnnxFact]
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

    IReadOnlyDictionary<string, OnnxReader.Answer> Agrees(IReadOnlyDictionary<string, Module> models, Func<string, double>? scale = null, int batch = 2, int steps = 7)
    {
        int seed = RandomSeed.Draw();
        Random random = new(seed);
        var inputs = models.ToDictionary(m => m.Key, m => Inputs(m.Value).ToDictionary(i => i.Name, i => Noise(random, scale?.Invoke(m.Key) ?? 1, batch, steps, i.Size)));
        var answers = OnnxReader.Evaluate(models.ToDictionary(m => m.Key, m => (Write(m.Key, m.Value), (IReadOnlyDictionary<string, Tensor>)inputs[m.Key])));
        List<string> wrong = [];
        foreach (var (name, model) in models)
        {
            if (answers[name].Error is { } error)
            {
                wrong.Add($"{name}: {error}");
                continue;
            }
            Tensor[] given = [.. inputs[name].Values];
            Tensor[] expected = model is CellModule cell ? cell.RunAny(given, null, null).Outputs : [model.Forward(given[0])];
            foreach (var (output, (key, actual)) in expected.Zip(answers[name].Outputs!))
            {
                double difference = output.ToArray().Zip(actual.Values, Difference).Append(0).Max();
                if (!output.Shape.SequenceEqual(actual.Shape) || difference > Tolerance) wrong.Add($"{name}: {key} differs by {difference:E2}, shape ({string.Join(", ", actual.Shape)})");
            }
        }
        Assert.True(wrong.Count == 0, $"seed {seed}\n{string.Join('\n', wrong)}");
        return answers;
    }

    static double Difference(float expected, float actual) => expected.Equals(actual) ? 0 : double.IsNaN(expected - actual) ? double.PositiveInfinity : Math.Abs(expected - actual) / Math.Max(1, Math.Abs(expected));

    static IEnumerable<(string Name, int Size)> Inputs(Module model) => model is CellModule cell ? cell.Definition.Inputs : [("x", 3)];

    static Tensor Noise(Random random, double scale, int batch, int steps, int size)
        => Tensor.FromArray([.. Enumerable.Range(0, batch * steps * size).Select(_ => (float)(scale * (2 * random.NextDouble() - 1)))], batch, steps, size);

    string Write(string name, Module model)
    {
        string path = System.IO.Path.Combine(folder.FullName, $"{name}.onnx");
        model.ExportOnnx(path);
        return path;
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
