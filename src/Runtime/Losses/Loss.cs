using Recurve.Devices;

namespace Recurve;

/// <summary>Scalars to minimise: means, as PyTorch's functions of the same name, summed in float64.</summary>
public static partial class Loss
{
    /// <summary>Mean of (y − target)².</summary>
    /// <exception cref="ArgumentException">Shapes or devices differ.</exception>
    public static Tensor MeanSquaredError(Tensor y, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(y);
        y.RequireSameShape(nameof(MeanSquaredError), target);
        var loss = y.Accelerator is { } device
            ? device.Reduce("sum_squared_differences", y.Length, 1.0 / y.Length, y.Storage, target.Storage)
            : Tensor.Scalar(Device.Cpu, (float)(SumOfSquares(y, target) / y.Length));
        Autograd.Record(nameof(MeanSquaredError), [y, target], [loss], gradients =>
        [
            Elementwise.ScaledDifference(2.0 / y.Length, gradients[0]!, y, target),
            target.RequiresGrad ? Elementwise.ScaledDifference(2.0 / y.Length, gradients[0]!, target, y) : null,
        ]);
        return loss;
    }

    static unsafe double SumOfSquares(Tensor y, Tensor target)
    {
        double sum = 0;
        float* p = y.Pointer, q = target.Pointer;
        for (long i = 0; i < y.Length; i++)
        {
            double difference = p[i] - q[i];
            sum += difference * difference;
        }
        GC.KeepAlive(y);
        GC.KeepAlive(target);
        return sum;
    }
}
