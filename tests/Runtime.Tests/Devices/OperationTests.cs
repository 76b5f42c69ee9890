using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Devices;

/// <summary>Every operation on tensors and every layer, on a device as on the processor.</summary>
public sealed class OperationTests
{
    static readonly Sequence Padded = new() { Lengths = [3, 0, 1] };

    static Tensor Normal(int seed, params int[] shape) => GradientProbe.Normal(seed, shape);

    static readonly Dictionary<string, (Func<Tensor[], Tensor> Compute, Tensor[] Leaves)> Operations = new()
    {
        ["add"] = (x => x[0] + x[1], [Normal(1, 3, 5), Normal(2, 3, 5)]),
        ["subtract"] = (x => x[0] - x[1], [Normal(1, 1000), Normal(2, 1000)]),
        ["multiply"] = (x => x[0] * x[1] * x[0], [Normal(1, 7, 1), Normal(2, 7, 1)]),
        ["scale"] = (x => 3 * x[0], [Normal(1, 2, 3, 4)]),
        ["sum"] = (x => x[0].Sum(), [Normal(1, 100_001)]),
        ["mean of a view"] = (x => x[0].Reshape(-1, 2).Mean(), [Normal(1, 5, 4)]),
        ["concatenate"] = (x => Structure.ConcatenateFeatures(x[0], x[1]), [Normal(1, 2, 3, 5), Normal(2, 2, 3, 1)]),
        ["mean squared error"] = (x => Loss.MeanSquaredError(x[0], x[1]), [Normal(1, 3, 70), Normal(2, 3, 70)]),
        ["binary cross-entropy"] = (x => Loss.BinaryCrossEntropy(50 * x[0], x[1]), [Normal(1, 3, 7), Normal(2, 3, 7)]),
        ["cross-entropy"] = (x => Loss.CrossEntropy(9 * x[0], [0, 69, Loss.Ignored, 3, 4, 5]), [Normal(1, 2, 3, 70)]),
        ["cross-entropy of infinities"] = (x => Loss.CrossEntropy(x[0], [0, 1]), [Tensor.FromArray([1, float.PositiveInfinity, float.NegativeInfinity, 2], 2, 2)]),
        ["cross-entropy of NaN"] = (x => Loss.CrossEntropy(x[0], [0, 1]), [Tensor.FromArray([1, float.NaN, 1, 2], 2, 2)]),
        ["complex states"] = (x => OfPlanes(new("z", 4, false, () => new CVec(4), _ => { }), x[0]), [Normal(1, 3, 4, 2)]),
        ["a vector in pieces"] = (x => OfPlanes(new("z", 6, false, () => new Vec(6), _ => { }), x[0], 3, 3), [Normal(1, 4, 6)]),
    };

    static Tensor OfPlanes(Contracts.StateDefinition state, Tensor value, params int[] pieces)
    {
        Contracts.CellDefinition cell = new()
        {
            Info = null!,
            Inputs = [],
            Outputs = [],
            Fields = [],
            States = [state],
            Pieces = pieces.Length == 0 ? [] : [("z", pieces)],
            Step = null!,
            Plan = null!,
            WrapStates = null!,
        };
        var planes = Recurve.Plans.StatePlanes.Split(cell, [value]);
        return Recurve.Plans.StatePlanes.Join(cell, [planes[0]! * planes[1]!, planes[1]!])[0];
    }

    /// <summary>Each with an input's shape.</summary>
    static readonly Dictionary<string, (Func<Module> Create, int[] Shape)> Modules = new()
    {
        ["linear"] = (() => new Linear(3, 4), [3, 5, 3]),
        ["wide linear"] = (() => new Linear(70, 130), [3, 90, 70]),
        ["linear on vectors"] = (() => new Linear(17, 5), [3, 17]),
        ["layer norm"] = (() => new LayerNorm(19), [3, 5, 19]),
        ["wide layer norm"] = (() => new LayerNorm(200), [300, 200]),
        ["dropout"] = (() => new Dropout(0.3), [3, 5, 100]),
        ["dropout of everything"] = (() => new Dropout(1), [3, 5]),
        ["residual"] = (() => new Residual(new Linear(3, 3)), [3, 5, 3]),
        ["bidirectional"] = (() => new Bidirectional(new Linear(3, 2), new Linear(3, 4)), [3, 5, 3]),
        ["chain"] = (() => new Sequential(new Linear(3, 4), new LayerNorm(4), new Linear(4, 2)), [3, 5, 3]),
        ["last step"] = (() => new LastStep(), [3, 5, 3]),
    };

    public static TheoryData<string> OperationNames => [.. Operations.Keys];

    public static TheoryData<string> ModuleNames => [.. Modules.Keys];

    [Theory, OnOpenCl(nameof(OperationNames)), OnCuda(nameof(OperationNames)), OnCudaDouble(nameof(OperationNames)), OnIlgpu(nameof(OperationNames))]
    public void An_operation_agrees_with_the_processors(string device, string name)
        => Agreement.Check(device, name, Operations[name].Leaves, Operations[name].Compute);

    [Theory, OnOpenCl(nameof(ModuleNames)), OnCuda(nameof(ModuleNames)), OnCudaDouble(nameof(ModuleNames)), OnIlgpu(nameof(ModuleNames))]
    public void A_module_agrees_with_the_processors(string device, string name)
    {
        var (create, shape) = Modules[name];
        foreach (var sequence in shape.Length == 3 && name != "last step" ? new[] { null, Padded } : [null])
        {
            var module = create();
            // a dropout counts its calls
            Agreement.Check(device, name, [Normal(4, shape)], x => Fresh(module).Forward(x[0], sequence), module);
        }
    }

    static Module Fresh(Module module)
    {
        module.Initialize(3);
        return module;
    }

    /// <summary>Of equal numbers, whose sum rounds to the same side again and again; also where a device has no double precision.</summary>
    [Theory, OnOpenCl, OnCuda, OnCudaDouble]
    public void Sums_of_a_million_rows_keep_their_digits(string on)
    {
        const int Rows = 1 << 20;
        var device = Agreement.Get(on);
        var x = Tensor.FromArray([.. Enumerable.Repeat(0.1f, Rows)], 1, Rows, 1).To(device);
        var layer = Fresh(new Linear(1, 1)).To(device);
        (0.3f * layer.Forward(x)).Sum().Backward();
        Near(Rows * 0.1f, x.Sum().Item());
        Near(Rows * 0.1f * 0.3f, GradientOf("weight").Item());
        Near(Rows * 0.3f, GradientOf("bias").Item());

        Tensor GradientOf(string name) => layer.Parameters.Single(p => p.Name == name).Grad!;

        static void Near(double expected, float actual) => Assert.InRange(actual / expected, 1 - 5e-6, 1 + 5e-6);
    }

    [Theory, OnOpenCl, OnCuda, OnCudaDouble, OnIlgpu]
    public void Padding_influences_nothing_even_as_NaN(string device)
    {
        foreach (var (name, (create, shape)) in Modules.Where(m => m.Value.Shape.Length == 3 && m.Key is not ("last step" or "residual" or "dropout")))
        {
            var module = create();
            var values = Normal(4, shape).ToArray();
            Array.Fill(values, float.NaN, 5 * shape[^1], 5 * shape[^1]);
            module.To(Agreement.Get(device));
            var x = Tensor.FromArray(values, shape).To(Agreement.Get(device));
            x.RequiresGrad = true;
            var y = module.Forward(x, Padded with { Lengths = [3, 0, 4] });
            y.Backward(Normal(3, y.Shape).To(y.Device));
            Assert.All([.. y.ToArray(), .. x.Grad!.ToArray(), .. module.Parameters.SelectMany(p => p.Grad!.ToArray())], v => Assert.True(float.IsFinite(v), name));
        }
    }

    [Theory, OnOpenCl, OnCuda, OnCudaDouble, OnIlgpu]
    public void An_embedding_agrees_with_the_processors(string device)
    {
        var ids = Tensor.FromArray([0, 3, 3, 7, 0, 3, 1, 1, float.NaN], 3, 3);
        var embedding = new Embedding(9, 5);
        Sequence sequence = new() { Lengths = [3, 3, 2] };
        Agreement.Check(device, "embedding", [], _ => embedding.Forward(ids.To(Place(embedding)), sequence), embedding);
        Assert.Throws<ArgumentException>(() => embedding.To(Agreement.Get(device)).Forward(Tensor.FromArray([9f]).To(Agreement.Get(device))));
    }

    static Device Place(Module module) => module.Parameters[0].Value.Device;

    [Theory, OnOpenCl, OnCuda, OnCudaDouble, OnIlgpu]
    public void Empty_batches_and_sequences_are_legal(string device)
    {
        foreach (var (create, shape) in Modules.Values)
        {
            var module = create().To(Agreement.Get(device));
            var x = Tensor.Zeros([0, .. shape[1..]]).To(Agreement.Get(device));
            x.RequiresGrad = true;
            module.Forward(x).Sum().Backward();
            Assert.Equal(x.Shape, x.Grad!.Shape);
            Assert.All(module.Parameters, p => Assert.All(p.Grad!.ToArray(), g => Assert.Equal(0f, g)));
        }
    }

    [Theory, OnOpenCl, OnCuda, OnCudaDouble, OnIlgpu]
    public void The_order_of_sums_does_not_change_from_run_to_run(string device)
    {
        var module = new Linear(33, 65);
        module.Initialize(1);
        module.To(Agreement.Get(device));
        var x = Normal(1, 2000, 33).To(Agreement.Get(device));
        float[]? before = null;
        for (var round = 0; round < 3; round++)
        {
            foreach (var p in module.Parameters) p.Value.Grad = null;
            Loss.MeanSquaredError(module.Forward(x), Tensor.Zeros(2000, 65).To(x.Device)).Backward();
            float[] gradients = [.. module.Parameters.SelectMany(p => p.Grad!.ToArray())];
            Assert.Equal(before ?? gradients, gradients);
            before = gradients;
        }
    }
}
