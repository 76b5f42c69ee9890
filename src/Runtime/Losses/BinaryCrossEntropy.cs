namespace Recurve;

public static partial class Loss
{
    /// <summary>
    /// Mean of −t log σ(x) − (1 − t) log(1 − σ(x)) with x the logits and t the targets in [0, 1]; stable for logits of any size
    /// (PyTorch's <c>binary_cross_entropy_with_logits</c>).
    /// </summary>
    /// <exception cref="ArgumentException">Shapes or devices differ.</exception>
    public static unsafe Tensor BinaryCrossEntropy(Tensor logits, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(logits);
        logits.RequireSameShape(nameof(BinaryCrossEntropy), target);
        double sum = 0;
        float* x = logits.Pointer, t = target.Pointer;
        for (long i = 0; i < logits.Length; i++) sum += Math.Max(x[i], 0.0) - (double)x[i] * t[i] + Log1p(Math.Exp(-Math.Abs((double)x[i])));
        var loss = Tensor.Scalar((float)(sum / logits.Length));
        GC.KeepAlive(logits);
        GC.KeepAlive(target);
        Autograd.Record(nameof(BinaryCrossEntropy), [logits, target], [loss], gradients =>
        {
            var factor = gradients[0]!.Item() / logits.Length;
            Tensor? dx = null, dt = null;
            if (logits.RequiresGrad)
            {
                dx = Tensor.Uninitialized(logits.Shape);
                for (long i = 0; i < logits.Length; i++) dx.Pointer[i] = (float)(factor * (Sigmoid(logits.Pointer[i]) - target.Pointer[i]));
            }
            if (target.RequiresGrad)
            {
                dt = Tensor.Uninitialized(target.Shape);
                Elementwise.Multiply(dt, -factor, logits, null);
            }
            GC.KeepAlive(logits);
            GC.KeepAlive(target);
            return [dx, dt];
        });
        return loss;
    }

    static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>log(1 + x) for x in [0, 1], accurate for small x (Kahan).</summary>
    static double Log1p(double x)
    {
        var sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * (x / (sum - 1));
    }
}
