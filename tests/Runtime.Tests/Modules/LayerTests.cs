namespace Recurve.Runtime.Tests.Modules;

public sealed class LayerTests
{
    static readonly Sequence Padded = new() { Lengths = [3, 1] };

    /// <summary>Each module with the shape of an input.</summary>
    static (string Name, Module Module, int[] Shape)[] Modules =>
    [
        ("linear", new Linear(3, 4), [2, 3, 3]),
        ("linear on vectors", new Linear(17, 5), [3, 17]),
        ("layer norm", new LayerNorm(19), [2, 3, 19]),
        ("layer norm of one", new LayerNorm(1), [2, 1]),
        ("residual", new Residual(new Linear(3, 3)), [2, 3, 3]),
        ("bidirectional", new Bidirectional(new Linear(3, 2), new Linear(3, 4)), [2, 3, 3]),
        ("last step", new LastStep(), [2, 3, 3]),
        ("chain", new Sequential(new Linear(3, 4), new LayerNorm(4), new Dropout(0.3), new LastStep(), new Linear(4, 2)), [2, 3, 3]),
    ];

    [Fact]
    public void Gradients_agree_with_central_differences()
    {
        foreach (var (name, module, shape) in Modules)
        {
            module.Eval();
            module.Initialize(3);
            var x = GradientProbe.Normal(4, shape);
            List<(string, Tensor)> leaves = [($"x of {name}", x), .. module.Parameters.Select(p => ($"{p.Name} of {name}", p.Value))];
            GradientProbe.Check(() => module.Forward(x), leaves);
            if (shape.Length == 3) GradientProbe.Check(() => module.Forward(x, Padded), leaves);
        }
    }

    [Fact]
    public void Padding_influences_nothing_even_as_NaN()
    {
        foreach (var (name, module, shape) in Modules.Where(m => m.Shape.Length == 3))
        {
            module.Eval();
            var clean = GradientProbe.Normal(4, shape);
            var values = clean.ToArray();
            Array.Fill(values, float.NaN, 4 * shape[2], 2 * shape[2]);
            var dirty = Tensor.FromArray(values, shape);
            float[]? expected = null;
            foreach (var x in new[] { clean, dirty })
            {
                x.RequiresGrad = true;
                foreach (var p in module.Parameters) p.Value.Grad = null;
                var y = module.Forward(x, Padded);
                y.Backward(Ones(y));
                // a residual adds its input as it is, padding too; its parameters must not notice
                float[] all = [.. name == "residual" ? [] : y.ToArray(), .. x.Grad!.ToArray(), .. module.Parameters.SelectMany(p => p.Grad!.ToArray())];
                Assert.All(all, value => Assert.True(float.IsFinite(value), name));
                Assert.Equal(expected ?? all, all);
                expected = all;
            }
        }
    }

    [Fact]
    public void Empty_batches_and_sequences_are_legal()
    {
        foreach (var (_, module, shape) in Modules)
        {
            var x = Tensor.Zeros([0, .. shape[1..]]);
            x.RequiresGrad = true;
            var y = module.Forward(x);
            Assert.Equal(0, y.Shape[0]);
            y.Sum().Backward();
            Assert.Equal(x.Shape, x.Grad!.Shape);
            Assert.All(module.Parameters, p => Assert.All(p.Grad!.ToArray(), g => Assert.Equal(0f, g)));
        }
        Assert.Equal([2, 0, 4], new Linear(3, 4).Forward(Tensor.Zeros(2, 0, 3)).Shape);
    }

    [Fact]
    public void A_single_padded_sequence_is_zero_past_its_length()
    {
        for (var repeat = 0; repeat < 3; repeat++)
        {
            // memory from the pool that is not zero
            Elementwise.Fill(Tensor.Uninitialized(1, 4, 2), 9f);
            foreach (var module in new Module[] { new Linear(2, 2), new LayerNorm(2) })
            {
                var x = GradientProbe.Normal(1, 1, 4, 2);
                x.RequiresGrad = true;
                var y = module.Forward(x, new Sequence { Lengths = [1] });
                y.Backward(Ones(y));
                Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [.. y.ToArray()[2..], .. x.Grad!.ToArray()[2..]]);
            }
        }
    }

    [Fact]
    public void Wrong_shapes_name_the_axis()
    {
        Assert.Contains("size 3, but x has shape (2, 4)", Throws(new Linear(3, 4), 2, 4), StringComparison.Ordinal);
        Assert.Contains("size 3, but x has shape (4)", Throws(new LayerNorm(3), 4), StringComparison.Ordinal);
        Assert.Contains("(batch, time, feature)", Throws(new LastStep(), 2, 4), StringComparison.Ordinal);
        Assert.Contains("sequence 0 has no step", Throws(new LastStep(), 2, 0, 3), StringComparison.Ordinal);
        Assert.Contains("(2, 4) of (2, 3)", Throws(new Residual(new Linear(3, 4)), 2, 3), StringComparison.Ordinal);
        var linear = new Linear(3, 4);
        Assert.Contains("batch axis has size 2", WithSequence(linear, new Sequence { Lengths = [1] }), StringComparison.Ordinal);
        Assert.Contains("Lengths[1] is 6", WithSequence(linear, new Sequence { Lengths = [1, 6] }), StringComparison.Ordinal);
        Assert.Contains("Lengths[0] is -1", WithSequence(linear, new Sequence { Lengths = [-1, 5] }), StringComparison.Ordinal);

        static string Throws(Module module, params int[] shape)
            => Assert.ThrowsAny<ArgumentException>(() => module.Forward(Tensor.Zeros(shape))).Message;
    }

    static string WithSequence(Module module, Sequence sequence)
        => Assert.ThrowsAny<ArgumentException>(() => module.Forward(Tensor.Zeros(2, 5, 3), sequence)).Message;

    [Fact]
    public void Layer_norm_is_PyTorchs()
    {
        var x = Tensor.FromArray([1, 2, 4, -3, 1e4f, 1e4f + 1, 1e4f - 1, 1e4f], 2, 4);
        x.RequiresGrad = true;
        var y = new LayerNorm(4).Forward(x);
        y.Backward(Tensor.FromArray([1, 0, -1, 2, 0, 1, 0, 0], 2, 4));
        Near([0, 0.39223197f, 1.1766959f, -1.5689279f, 0, 1.4142f, -1.4142f, 0], y, 1e-4f);
        Near([0.1961160f, -0.0301719f, -0.0905158f, -0.0754283f, -0.3535f, 0.3535f, 0.3535f, -0.3535f], x.Grad!, 2e-4f);
    }

    [Fact]
    public void Embedding_looks_up_and_sums_gradients_by_id()
    {
        var embedding = new Embedding(5, 2);
        var table = embedding.Parameters[0].Value;
        var y = embedding.Forward(Tensor.FromArray([4, 0, 4, float.NaN], 2, 2), new Sequence { Lengths = [2, 1] });
        Assert.Equal([.. table.ToArray()[8..], .. table.ToArray()[..2], .. table.ToArray()[8..], 0, 0], y.ToArray());
        y.Backward(Tensor.FromArray([1, 2, 3, 4, 5, 6, 7, 8], 2, 2, 2));
        Assert.Equal([3, 4, 0, 0, 0, 0, 0, 0, 6, 8], table.Grad!.ToArray());
        foreach (var id in new[] { -1, 5, 0.5f, float.NaN })
            Assert.Contains("0 … 4", Assert.Throws<ArgumentException>(() => embedding.Forward(Tensor.FromArray([id], 1, 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dropout_drops_scales_and_repeats_for_a_seed()
    {
        var dropout = new Dropout(0.25);
        dropout.Initialize(1);
        var x = Ones(Tensor.Zeros(100, 1000));
        x.RequiresGrad = true;
        var y = dropout.Forward(x);
        var first = y.ToArray();
        Assert.InRange(first.Count(v => v == 0), 24_000, 26_000);
        Assert.All(first.Where(v => v != 0).Distinct(), v => Assert.Equal(4f / 3, v));
        y.Backward(Ones(y));
        Assert.Equal(first, x.Grad!.ToArray());
        Assert.NotEqual(first, dropout.Forward(x).ToArray());
        dropout.Initialize(1);
        Assert.Equal(first, dropout.Forward(x).ToArray());
        dropout.Eval();
        Assert.Same(x, dropout.Forward(x));
        Assert.All(new Dropout(1).Forward(x).ToArray(), v => Assert.Equal(0f, v));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(1.5));
    }

    static Tensor Ones(Tensor like)
    {
        var ones = Tensor.Zeros(like.Shape);
        Elementwise.Fill(ones, 1f);
        return ones;
    }

    static void Near(float[] expected, Tensor actual, float tolerance)
        => Assert.All(expected.Zip(actual.ToArray()), pair => Assert.Equal(pair.First, pair.Second, tolerance));
}
