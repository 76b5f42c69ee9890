using Recurve.Devices;

namespace Recurve.Plans;

/// <summary>Initial states as tensors.</summary>
internal static unsafe class InitialRows
{
    /// <summary>(batch, shape): the row for every sequence, or zeros; the gradient of the row is the sum over the batch.</summary>
    public static Tensor Repeat(Device device, Tensor? row, int batch, int[] shape)
    {
        if (row is null) return Tensor.Zeros(device, [batch, .. shape]);
        var rows = Tensor.Uninitialized(device, [batch, .. shape]);
        var size = (int)row.Length;
        if (device.Accelerator is { } accelerator) accelerator.CopyRows(new(rows.Address, size, 0), new(row.Address, 0, 0), new(batch, 1), size);
        else for (var b = 0; b < batch; b++) RowMath.Copy(rows.Pointer + (long)b * size, row.Pointer, size);
        Autograd.Record("initial states", [row], [rows], gradients => [SumRows(gradients[0]!, shape)]);
        GC.KeepAlive(row);
        return rows;
    }

    static Tensor SumRows(Tensor gradient, int[] shape)
    {
        using var sum = new GradientSum(gradient.Device, shape);
        var (batch, size) = (gradient.Dim(0), (int)TensorShape.Length(shape));
        if (gradient.Accelerator is { } device) device.AddRowSums(sum.Address, new(gradient.Address, size, 0), new(batch, 1), size);
        else for (var b = 0; b < batch; b++) RowMath.AddTo(sum.Pointer, gradient.Pointer + (long)b * size, size);
        GC.KeepAlive(gradient);
        return sum.ToTensor();
    }
}
