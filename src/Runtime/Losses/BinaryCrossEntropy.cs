using Recurve.Devices;

namespace Recurve;

public static partial class Loss
{
    /// <summary>
    /// Mean of −t log σ(x) − (1 − t) log(1 − σ(x)) with x the logits and t the targets in [0, 1]; stable for logits of any size
    /// (PyTorch's <c>binary_cross_entropy_with_logits</c>).
    /// </summary>
    /// <exception cref="ArgumentException">Shapes or devices differ.</exception>
    public static Tensor BinaryCrossEntropy(Tensor logits, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(logits);
        logits.RequireSameShape(nameof(BinaryCrossEntropy), target);
        var n = logits.Length;
        var loss = logits.Accelerator is { } device
            ? device.Reduce("sum_cross_entropies", n, 1.0 / n, logits.Storage, target.Storage)
            : Tensor.Scalar(Device.Cpu, (float)(SumOfCrossEntropies(logits, target) / n));
        Autograd.Record(nameof(BinaryCrossEntropy), [logits, target], [loss], gradients =>
        [
            logits.RequiresGrad ? LogisticGradient(1.0 / n, gradients[0]!, logits, target) : null,
            target.RequiresGrad ? Elementwise.ScaledDifference(-1.0 / n, gradients[0]!, logits, null) : null,
        ]);
        return loss;
    }

    static unsafe double SumOfCrossEntropies(Tensor logits, Tensor target)
    {
        double sum = 0;
        float* x = logits.Pointer, t = target.Pointer;
        for (long i = 0; i < logits.Length; i++) sum += Math.Max(x[i], 0.0) - (double)x[i] * t[i] + Log1p(Math.Exp(-Math.Abs((double)x[i])));
        GC.KeepAlive(logits);
        GC.KeepAlive(target);
        return sum;
    }

    /// <summary>factor · scalar · (σ(x) − t).</summary>
    static unsafe Tensor LogisticGradient(double factor, Tensor scalar, Tensor logits, Tensor target)
    {
        var dx = Tensor.Uninitialized(logits.Device, logits.Shape);
        if (logits.Accelerator is { } device)
        {
            device.Launch(Text, "logistic_gradient", Grid.Over(dx.Length), dx, factor, scalar, logits, target, dx.Length);
            return dx;
        }
        var scale = factor * scalar.Item();
        for (long i = 0; i < dx.Length; i++) dx.Pointer[i] = (float)(scale * (Sigmoid(logits.Pointer[i]) - target.Pointer[i]));
        GC.KeepAlive(logits);
        GC.KeepAlive(target);
        return dx;
    }

    static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>log(1 + x) for x in [0, 1], accurate for small x (Kahan).</summary>
    static double Log1p(double x)
    {
        var sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * (x / (sum - 1));
    }
}
