namespace Recurve;

/// <summary>Scalars to minimise: means, as PyTorch's functions of the same name, summed in float64.</summary>
public static partial class Loss
{
    /// <summary>Mean of (y − target)².</summary>
    /// <exception cref="ArgumentException">Shapes or devices differ.</exception>
    public static unsafe Tensor MeanSquaredError(Tensor y, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(y);
        y.RequireSameShape(nameof(MeanSquaredError), target);
        double sum = 0;
        float* p = y.Pointer, q = target.Pointer;
        for (long i = 0; i < y.Length; i++)
        {
            double difference = p[i] - q[i];
            sum += difference * difference;
        }
        var loss = Tensor.Scalar((float)(sum / y.Length));
        GC.KeepAlive(y);
        GC.KeepAlive(target);
        Autograd.Record(nameof(MeanSquaredError), [y, target], [loss], gradients =>
        {
            var factor = (float)(2.0 * gradients[0]!.Item() / y.Length);
            return [Difference(y, factor, target), target.RequiresGrad ? Difference(target, factor, y) : null];
        });
        return loss;
    }

    static Tensor Difference(Tensor a, float factor, Tensor b)
    {
        var result = Tensor.Uninitialized(a.Shape);
        Elementwise.Combine(result, factor, a, -factor, b);
        return result;
    }
}
