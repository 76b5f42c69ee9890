using System.Numerics;
using Recurve.Devices;

namespace Recurve;

/// <summary>Stochastic gradient descent with momentum: b ← μ b + g + λ p, p ← p − η b, as <c>torch.optim.SGD</c>.</summary>
public sealed unsafe class Sgd : Optimizer
{
    readonly double momentum, weightDecay;
    readonly Tensor[] buffers;

    /// <summary>Trains <paramref name="parameters"/>.</summary>
    /// <param name="parameters">What to train.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="momentum">μ.</param>
    /// <param name="weightDecay">λ.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public Sgd(IEnumerable<Parameter> parameters, double learningRate = 1e-3, double momentum = 0, double weightDecay = 0)
        : base(parameters, learningRate)
    {
        this.momentum = Required(momentum, nameof(momentum));
        this.weightDecay = Required(weightDecay, nameof(weightDecay));
        buffers = momentum == 0 ? [] : Moments();
    }

    internal override IEnumerable<(string Name, Tensor Value)> State => Named("momentum", buffers);

    private protected override void MoveState(int index, Device device)
    {
        if (momentum != 0) buffers[index].Move(device);
    }

    private protected override void Update(int index, Tensor value, Tensor gradient)
    {
        float mu = (float)momentum, decay = (float)weightDecay, rate = (float)-LearningRate;
        var length = value.Length;
        if (value.Accelerator is { } device)
        {
            device.Launch(DeviceText, "sgd", Grid.Over(length), value, gradient, momentum == 0 ? null : buffers[index], mu, decay, rate, length);
            return;
        }
        float* p = value.Pointer, g = gradient.Pointer, b = momentum == 0 ? null : buffers[index].Pointer;
        long i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var step = Vector.Load(g + i) + decay * Vector.Load(p + i);
            if (b != null) (step = mu * Vector.Load(b + i) + step).Store(b + i);
            (Vector.Load(p + i) + rate * step).Store(p + i);
        }
        for (; i < length; i++)
        {
            var step = g[i] + decay * p[i];
            if (b != null) b[i] = step = mu * b[i] + step;
            p[i] += rate * step;
        }
    }
}
