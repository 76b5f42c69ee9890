namespace Recurve.Plans;

/// <summary>Initial states as tensors.</summary>
internal static unsafe class InitialRows
{
    /// <summary>(batch, size): the row for every sequence, or zeros; the gradient of the row is the sum over the batch.</summary>
    public static Tensor Repeat(Tensor? row, int batch, int size)
    {
        if (row is null) return Tensor.Zeros(batch, size);
        var rows = Tensor.Uninitialized(batch, size);
        for (var b = 0; b < batch; b++) RowMath.Copy(rows.Pointer + (long)b * size, row.Pointer, size);
        Autograd.Record("initial states", [row], [rows], gradients => [SumRows(gradients[0]!)]);
        GC.KeepAlive(row);
        return rows;
    }

    static Tensor SumRows(Tensor gradient)
    {
        var (batch, size) = (gradient.Dim(0), gradient.Dim(1));
        var sum = Tensor.Uninitialized(size);
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
