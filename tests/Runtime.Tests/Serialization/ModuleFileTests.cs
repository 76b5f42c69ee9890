namespace Recurve.Runtime.Tests.Serialization;

public sealed class ModuleFileTests : IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("recurve-").FullName;

    string File => Path.Combine(directory, "model.safetensors");

    public void Dispose() => Directory.Delete(directory, recursive: true);

    static Sequential Model(int seed)
    {
        var model = new Sequential(new Linear(3, 4), new LayerNorm(4), new Linear(4, 2));
        model.Initialize(seed);
        return model;
    }

    static float[] Values(Module model) => [.. model.Parameters.SelectMany(p => p.Value.ToArray())];

    [Fact]
    public void A_loaded_model_is_the_saved_one()
    {
        Model(1).Save(File);
        var fresh = new Sequential(new Linear(3, 4), new LayerNorm(4), new Linear(4, 2));
        fresh.Load(File);
        Assert.Equal(Values(Model(1)), Values(fresh));
    }

    [Fact]
    public void What_does_not_fit_changes_nothing()
    {
        var model = Model(1);
        var before = Values(model);
        var good = model.Parameters.Select(p => KeyValuePair.Create(p.Name, Tensor.Zeros(p.Value.Shape))).ToArray();

        Assert.Contains("Missing: 2.bias. Unexpected: none", Refused(good[..^1]), StringComparison.Ordinal);
        Assert.Contains("Missing: none. Unexpected: extra", Refused([.. good, new("extra", Tensor.Zeros(1))]), StringComparison.Ordinal);
        Assert.Contains("'2.bias' has shape (3) in the file, but (2)", Refused([.. good[..^1], new("2.bias", Tensor.Zeros(3))]), StringComparison.Ordinal);
        foreach (var bad in new[] { float.NaN, float.NegativeInfinity })
            Assert.Contains("'2.bias' holds", Refused([.. good[..^1], new("2.bias", Tensor.FromArray([0, bad]))]), StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => model.Load(File + "x"));

        string Refused(IEnumerable<KeyValuePair<string, Tensor>> tensors)
        {
            Safetensors.Write(File, tensors);
            var message = Assert.Throws<SafetensorsException>(() => model.Load(File)).Message;
            Assert.Equal(before, Values(model));
            return message;
        }
    }

    [Fact]
    public void A_model_that_diverged_does_not_replace_a_good_file()
    {
        var model = Model(1);
        model.Save(File);
        var before = System.IO.File.ReadAllBytes(File);
        model.Parameters[1].Value.CopyFrom([0, float.NaN, 0, 0]);
        Assert.Contains("0.bias", Assert.Throws<InvalidOperationException>(() => model.Save(File)).Message, StringComparison.Ordinal);
        Assert.Equal(before, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public void Training_continues_from_a_checkpoint_bit_for_bit()
    {
        var (model, optimizer) = (Model(1), default(Adam));
        optimizer = new Adam(model.Parameters, 0.01);
        Train(model, optimizer, 0, 3);
        Checkpoint.Save(File, model, optimizer, [new("iteration", "3")]);
        Train(model, optimizer, 3, 6);

        var other = Model(2);
        var resumed = new Adam(other.Parameters, 0.01);
        Assert.Equal("3", Checkpoint.Load(File, other, resumed)["iteration"]);
        Train(other, resumed, 3, 6);
        Assert.Equal(Values(model), Values(other));

        Assert.Throws<SafetensorsException>(() => Checkpoint.Load(File, other, new Sgd(other.Parameters, 0.01)));

        static void Train(Module model, Optimizer optimizer, int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                optimizer.ZeroGrad();
                Loss.CrossEntropy(model.Forward(GradientProbe.Normal(i, 8, 3)), [0, 1, 0, 1, 0, 1, 1, 1]).Backward();
                GradientClip.ByNorm(model.Parameters, 1.0);
                optimizer.Step();
            }
        }
    }
}
