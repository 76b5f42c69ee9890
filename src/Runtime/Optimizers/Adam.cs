using System.Numerics;
using Recurve.Devices;

namespace Recurve;

/// <summary>
/// Adam (Kingma and Ba 2015): p ← p − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε), as <c>torch.optim.Adam</c>; weight decay is added to the
/// gradient.
/// </summary>
public class Adam : Optimizer
{
    readonly double beta1, beta2, epsilon, weightDecay;
    readonly bool decoupled;
    readonly Tensor[] first, second, steps;

    /// <summary>Trains <paramref name="parameters"/>.</summary>
    /// <param name="parameters">What to train.</param>
    /// <param name="learningRate">η.</param>
    /// <param name="beta1">Decay of the mean of gradients.</param>
    /// <param name="beta2">Decay of the mean of their squares.</param>
    /// <param name="epsilon">Added to the root, not under it.</param>
    /// <param name="weightDecay">λ, added to the gradient as λ p.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public Adam(
        IEnumerable<Parameter> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999,
        double epsilon = 1e-8, double weightDecay = 0)
        : this(parameters, learningRate, beta1, beta2, epsilon, weightDecay, decoupled: false)
    {
    }

    private protected Adam(
        IEnumerable<Parameter> parameters, double learningRate, double beta1, double beta2, double epsilon, double weightDecay, bool decoupled)
        : base(parameters, learningRate)
    {
        this.beta1 = Fraction(beta1, nameof(beta1));
        this.beta2 = Fraction(beta2, nameof(beta2));
        this.epsilon = Required(epsilon, nameof(epsilon));
        this.weightDecay = Required(weightDecay, nameof(weightDecay));
        this.decoupled = decoupled;
        first = Moments();
        second = Moments();
        steps = [.. Parameters.Select(_ => Tensor.Zeros())];
    }

    internal override IEnumerable<(string Name, Tensor Value)> State
        => Named("mean", first).Concat(Named("square", second)).Concat(Named("steps", steps));

    // the counts stay on the processor, which reads them
    private protected override void MoveState(int index, Device device)
    {
        first[index].Move(device);
        second[index].Move(device);
    }

    private protected override unsafe void Update(int index, Tensor value, Tensor gradient)
    {
        // counted as a float to be saved like the rest; where it stops counting, at 2²⁴, the corrections are 1
        double t = ++*steps[index].Pointer;
        var rate = (float)(-LearningRate / (1 - Math.Pow(beta1, t)));
        var root = (float)Math.Sqrt(1 - Math.Pow(beta2, t));
        float b1 = (float)beta1, c1 = (float)(1 - beta1), b2 = (float)beta2, c2 = (float)(1 - beta2), eps = (float)epsilon;
        float shrink = decoupled ? (float)(1 - LearningRate * weightDecay) : 1f, decay = decoupled ? 0f : (float)weightDecay;
        var length = value.Length;
        if (value.Accelerator is { } device)
        {
            device.Launch(
                DeviceText, "adam", Grid.Over(length),
                value, gradient, first[index], second[index], shrink, decay, b1, c1, b2, c2, root, eps, rate, length);
            return;
        }
        float* p = value.Pointer, g = gradient.Pointer, m = first[index].Pointer, v = second[index].Pointer;
        long i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var weight = Vector.Load(p + i) * shrink;
            var slope = Vector.Load(g + i) + weight * decay;
            var mean = Vector.Load(m + i) * b1 + slope * c1;
            var square = Vector.Load(v + i) * b2 + slope * slope * c2;
            mean.Store(m + i);
            square.Store(v + i);
            (weight + mean / (Vector.SquareRoot(square) / new Vector<float>(root) + new Vector<float>(eps)) * rate).Store(p + i);
        }
        for (; i < length; i++)
        {
            var weight = p[i] * shrink;
            var slope = g[i] + weight * decay;
            m[i] = m[i] * b1 + slope * c1;
            v[i] = v[i] * b2 + slope * slope * c2;
            p[i] = weight + m[i] / (MathF.Sqrt(v[i]) / root + eps) * rate;
        }
    }
}
