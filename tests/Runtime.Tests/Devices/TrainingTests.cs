using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Devices;

/// <summary>Training on a device goes where it goes on the processor.</summary>
public sealed class TrainingTests
{
    static readonly Dictionary<string, Func<IReadOnlyList<Parameter>, Optimizer>> Optimizers = new()
    {
        ["sgd"] = p => new Sgd(p, 0.05),
        ["sgd with momentum and decay"] = p => new Sgd(p, 0.05, momentum: 0.9, weightDecay: 0.01),
        ["adam with decay"] = p => new Adam(p, 0.01, weightDecay: 0.1),
        ["adamw"] = p => new AdamW(p, 0.01),
    };

    public static TheoryData<string> Names => [.. Optimizers.Keys];

    [Theory, OnOpenCl(nameof(Names)), OnCuda(nameof(Names)), OnCudaDouble(nameof(Names)), OnIlgpu(nameof(Names))]
    public void Ten_steps_agree_with_the_processors(string device, string name)
    {
        float[] expected = Train(Device.Cpu, name, movesLate: false);
        Agreement.Near(name, expected, Train(Agreement.Get(device), name, movesLate: false), 1e-5f);
        Agreement.Near($"{name}, moved late", expected, Train(Agreement.Get(device), name, movesLate: true), 1e-5f);
    }

    /// <summary>The model moves before its optimizer is made, or after its first step.</summary>
    static float[] Train(Device device, string name, bool movesLate)
    {
        var model = new Sequential(new Linear(5, 40), new LayerNorm(40), new Dropout(0.2), new Linear(40, 3));
        model.Initialize(2);
        if (!movesLate) model.To(device);
        var optimizer = Optimizers[name](model.Parameters);
        var x = GradientProbe.Normal(1, 4, 9, 5);
        int[] targets = [.. Enumerable.Range(0, 36).Select(i => i % 4 == 3 ? Loss.Ignored : i % 4)];
        List<float> losses = [];
        for (var step = 0; step < 10; step++)
        {
            if (movesLate && step == 1) model.To(device);
            optimizer.ZeroGrad();
            var loss = Loss.CrossEntropy(model.Forward(x.To(model.Parameters[0].Value.Device), new() { Lengths = [9, 3, 0, 8] }), targets);
            loss.Backward();
            losses.Add((float)GradientClip.ByNorm(model.Parameters, 0.5));
            optimizer.Step();
            losses.Add(loss.Item());
        }
        Assert.Equal(device, model.Parameters[0].Value.Device);
        return [.. losses, .. model.Parameters.SelectMany(p => p.Value.ToArray())];
    }
}
