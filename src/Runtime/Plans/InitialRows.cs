namespace Recurve.Plans;

/// <summary>Initial states as tensors.</summary>
internal static unsafe class InitialRows
{
    /// <summary>(batch, shape): the row for every sequence, or zeros; the gradient of the row is the sum over the batch.</summary>
    public static Tensor Repeat(Tensor? row, int batch, int[] shape)
    {
        if (row is null) return Tensor.Zeros([batch, .. shape]);
        var rows = Tensor.Uninitialized([batch, .. shape]);
        var size = (int)row.Length;
        for (var b = 0; b < batch; b++) RowMath.Copy(rows.Pointer + (long)b * size, row.Pointer, size);
        Autograd.Record("initial states", [row], [rows], gradients => [SumRows(gradients[0]!, shape)]);
        GC.KeepAlive(row);
        return rows;
    }

    static Tensor SumRows(Tensor gradient, int[] shape)
    {
        var sum = Tensor.Uninitialized(shape);
        var (batch, size) = (gradient.Dim(0), (int)sum.Length);
        for (var i = 0; i < size; i++)
        {
            double total = 0;
            for (var b = 0; b < batch; b++) total += gradient.Pointer[(long)b * size + i];
            sum.Pointer[i] = (float)total;
        }
        GC.KeepAlive(gradient);
        return sum;
    }
}
