namespace Recurve;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019): p ← (1 − η λ) p before the step, as <c>torch.optim.AdamW</c>.</summary>
/// <param name="parameters">What to train.</param>
/// <param name="learningRate">η.</param>
/// <param name="beta1">Decay of the mean of gradients.</param>
/// <param name="beta2">Decay of the mean of their squares.</param>
/// <param name="epsilon">Added to the root, not under it.</param>
/// <param name="weightDecay">λ.</param>
/// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
public sealed class AdamW(
    IEnumerable<Parameter> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999,
    double epsilon = 1e-8, double weightDecay = 1e-2)
    : Adam(parameters, learningRate, beta1, beta2, epsilon, weightDecay, decoupled: true);
