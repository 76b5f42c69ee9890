using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>States that are matrices, of every class, against their own Step in value and gradient.</summary>
public sealed class MatrixTests
{
    // rows 3, columns 4 unless the body says otherwise; k has 3 channels, v 4
    static string Cell(string name, string members, string step) => $$"""
        [Cell]
        public sealed partial class {{name}}(int rows, int columns, bool on)
        {
            [Weight] readonly Mat a = new(rows, rows, (i, j) => 0.3 * Math.Sin(1 + i + 2 * j)), g = new(rows, columns, (i, j) => 0.5 + 0.1 * i - 0.2 * j);
            [Weight] readonly Vec w = new(rows, i => 0.2 + 0.1 * i), u = new(columns, i => 0.4 - 0.1 * i);
            {{members}}

            internal (Vec, Vec) Step([Size("rows")] Vec k, [Size("columns")] Vec v) { {{step}} }
        }
        """;

    static readonly (string Name, string Kinds, string Members, string Step)[] cells =
    [
        ("RowScaled", "Diagonal", "[State(Trained = true)] Mat s = new(rows, columns);", "s = Diagonal(Sigmoid(k)) * s + Outer(k, v); return (s * v, Transpose(s) * w);"),
        ("ColumnScaled", "Diagonal", "[State] Mat s = new(rows, columns);", "Mat old = s; s = 0.5 * (s * Diagonal(Tanh(v))) - Outer(w, v) + g; return (old * u + s * v, Transpose(old) * k);"),
        ("BothScaled", "Diagonal", "[State] Mat s = new(rows, columns);", "s = Diagonal(w) * s * Diagonal(u) + g * 0.1 + Diagonal(k) * g; return (s * v, Flatten(s));"),
        ("Masked", "Diagonal", "[State] Mat s = new(rows, columns);", "s = Hadamard(Sigmoid(Outer(k, v)), s) + Tanh(Outer(w, v)); return (s * v, Slice(Flatten(s), 0, columns));"),
        ("Chosen", "Diagonal", "[State] Mat s = new(rows, columns);", "if (on) s = 0.9 * s + Outer(k, v); return (s * v, Transpose(s) * k);"),
        ("Earlier", "Diagonal Diagonal", "[State] Mat s = new(rows, columns); [State] Mat t = new(rows, columns);",
            "s = 0.5 * s + Outer(k, v); t = Hadamard(Sigmoid(s), t) + s; return (t * v, Transpose(t) * k);"),
        ("Coupled2", "Block Block", "[State] Mat s = new(rows, columns), t = new(rows, columns);",
            "(s, t) = (0.8 * s - Hadamard(0.3 * g, t), Diagonal(w) * s + 0.5 * t + Outer(k, v)); return (s * v, Transpose(t) * k);"),
        ("Bounded", "Clamped", "[State] Mat s = new(rows, columns);", "s = HardTanh(Diagonal(k) * s + Outer(w, v)); return (s * v, Transpose(s) * k);"),
        ("Bent", "Pointwise", "[State(Trained = true)] Mat s = new(rows, columns);", "s = Tanh(Hadamard(g, s) + Outer(k, v)); return (s * v, Transpose(s) * k);"),
        ("Delayed", "FeedForward", "[State] Mat s = new(rows, columns);", "Vec y = s * v; s = Outer(k, v) - g; return (y, Transpose(s) * k);"),
        ("Kept", "Diagonal", "[State(Trained = true)] Mat s = new(rows, columns);", "return (s * v, Transpose(s) * k);"),
        ("Multiplied", "Dense", "[State] Mat s = new(rows, columns);", "s = a * s + Outer(k, v); return (s * v, Transpose(s) * k);"),
        ("MultipliedScaled", "Dense", "[State(Trained = true)] Mat s = new(rows, columns);",
            "Mat old = s; s = Diagonal(w) * (a * (Diagonal(w) * s + 0.5 * Outer(k, v))) - 0.25 * s + 0.5 * (a * (a * s)) + Outer(k, u); return (old * v + s * u, Transpose(s) * k);"),
        ("MultipliedRight", "Dense", "[State(Trained = true)] Mat s = new(columns, rows);",
            "Mat old = s; s = 0.3 * s - (s * a + Outer(v, k)) * Diagonal(w) * a + Outer(u, w); return (Transpose(old * a) * v + Transpose(s) * v, s * k);"),
        ("MultipliedBothSides", "Dense", "[State] Mat s = new(rows, columns);",
            "s = a * s * Diagonal(u) + Outer(k, v); return (s * v, Transpose(s) * k);"),
        ("MultipliedPair", "Dense Dense", "[State] Mat s = new(rows, columns), t = new(rows, columns);",
            "(s, t) = (a * t, 0.5 * s + Outer(k, v)); return (s * v, Transpose(t) * k);"),
        ("Turned", "Dense", "[State] Mat s = new(rows, rows);", "s = 0.5 * Transpose(s) + Outer(k, w); return (s * k, Transpose(s) * (Slice(v, 0, 1) * w));"),
        ("Corrected", "Coupled", "[State] Mat s = new(columns, rows);", "s = s + Outer(0.3 * (v - s * k), k); return (s * k, Transpose(s) * v);"),
        ("Inside", "Diagonal Diagonal", "readonly RowScaled part = new(rows, columns, true); [State] Mat t = new(rows, columns);",
            "var (y, z) = part.Step(k, v); t = 0.5 * t + Hadamard(part.s, g); return (t * z + y, Transpose(t) * k);"),
    ];

    public static TheoryData<string> Names => [.. cells.Select(c => c.Name)];

    static readonly System.Reflection.Assembly assembly = GeneratorHarness.Run(
        [.. cells.Select(c => Cell(c.Name, c.Members, c.Step).Replace("] Mat", "] internal Mat", StringComparison.Ordinal))]).Load();

    [Theory, OnCpu(nameof(Names)), OnOpenCl(nameof(Names)), OnCuda(nameof(Names))]
    public void AgreesWithItsStep(string device, string name)
    {
        foreach (var (batch, time, rows, columns) in new[] { (2, 1, 1, 1), (1, 17, 5, 4), (3, 6, 3, 9), (0, 2, 2, 1) })
        {
            var seed = time + rows; // with which no difference steps over the kink of a clamp
            CellModule New()
            {
                var cell = Create(name, rows, columns);
                cell.Initialize(seed: time);
                return cell;
            }
            GradientCheck.Verify(New(), batch, time, seed, withStart: true, device: device);
            GradientCheck.Verify(New(), batch, time, seed, new Sequence { Reverse = true, Resets = GradientCheck.RandomResets(batch, time, 3) }, device: device);
            GradientCheck.Verify(New(), batch, time, seed, new Sequence { Lengths = [.. Enumerable.Range(0, batch).Select(b => b * time / batch)] }, withStart: true, device: device);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void HasItsKind(string name)
        => Assert.Equal(cells.Single(c => c.Name == name).Kinds, string.Join(' ', Create(name, 3, 4).Definition.Info.States.Select(s => s.Kind)));

    [Theory]
    [InlineData("Multiplied", "columns")]
    [InlineData("MultipliedScaled", "columns")]
    [InlineData("MultipliedRight", "rows")]
    [InlineData("MultipliedBothSides", null)]
    [InlineData("MultipliedPair", null)]
    [InlineData("Turned", null)]
    public void IsScannedWhereOneSideIsMultiplied(string name, string? vectors)
    {
        var stages = Create(name, 3, 4).Definition.Info.Stages;
        Assert.Equal(vectors is not null, stages.Any(s => s.StartsWith("Dense scan s by", StringComparison.Ordinal) && s.EndsWith($" {vectors}", StringComparison.Ordinal)));
        Assert.Equal(vectors is null, stages.Any(s => s.StartsWith("Loop", StringComparison.Ordinal)));
    }

    [Theory, InlineData("MultipliedScaled"), InlineData("MultipliedRight")]
    public void AgreesInChunksOfSteps(string name)
    {
        foreach (var (batch, rows, columns) in new[] { (1, 3, 2), (2, 17, 3) })
        {
            var (time, seed) = (300, rows);
            GradientCheck.Verify(New(), batch, time, seed, withStart: true, entries: 4);
            GradientCheck.Verify(New(), batch, time, seed, new() { Reverse = true, Resets = GradientCheck.RandomResets(batch, time, 3) }, entries: 4);

            CellModule New()
            {
                var cell = Create(name, rows, columns);
                cell.Initialize(seed: 1);
                // a tame recurrence: what grows cannot be compared over hundreds of steps
                foreach (var parameter in cell.Parameters) parameter.Value.CopyFrom([.. parameter.Value.ToArray().Select(v => v * 3 / rows)]);
                return cell;
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void StreamsWhatForwardComputes(string name)
    {
        var cell = Create(name, 3, 4);
        cell.Initialize(seed: 2);
        var random = new Random(4);
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)];
        var (k, v) = (Draw(2 * 5 * 3), Draw(2 * 5 * 4));
        var y = cell.RunAny([Tensor.FromArray(k, 2, 5, 3), Tensor.FromArray(v, 2, 5, 4)], null, null).Outputs.Select(o => (Size: o.Shape[2], Values: o.ToArray())).ToList();
        var stream = cell.CreateStream(batch: 2);
        var output = new float[2 * y.Sum(o => o.Size)];
        for (var t = 0; t < 5; t++)
        {
            stream.Step([.. Enumerable.Range(0, 2).SelectMany(b => k.AsSpan((b * 5 + t) * 3, 3).ToArray().Concat(v.AsSpan((b * 5 + t) * 4, 4).ToArray()))], output);
            var expected = Enumerable.Range(0, 2).SelectMany(b => y.SelectMany(o => o.Values.AsSpan((b * 5 + t) * o.Size, o.Size).ToArray())).ToArray();
            Assert.Equal(expected, output, (a, b) => Math.Abs(a - b) < 2e-6f);
        }
    }

    [Fact]
    public void StatesAreTensorsOfRowsAndColumns()
    {
        var cell = Create("RowScaled", 3, 4);
        Assert.Equal([3, 4], cell.Parameters.Single(p => p.Name == "s").Value.Shape);
        var inputs = new[] { Tensor.Zeros(2, 1, 3), Tensor.Zeros(2, 1, 4) };
        Assert.Equal([2, 3, 4], cell.RunAny(inputs, null, null).End.Tensors[0].Shape);
        var wrong = cell.Definition.WrapStates([Tensor.Zeros(2, 4, 3)]);
        Assert.Contains("start state 's' has shape (2, 4, 3), expected (batch, rows, columns) = (2, 3, 4)",
            Assert.Throws<ArgumentException>(() => cell.RunAny(inputs, wrong, null)).Message, StringComparison.Ordinal);
    }

    static CellModule Create(string name, int rows, int columns)
        => (CellModule)Activator.CreateInstance(assembly.GetType(name, throwOnError: true)!, rows, columns, true)!;
}
