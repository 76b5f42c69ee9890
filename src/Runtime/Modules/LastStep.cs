namespace Recurve;

/// <summary>The last step of each sequence: (B, T, F) to (B, F). With Lengths, the step at length − 1.</summary>
public sealed unsafe class LastStep : Module
{
    internal override bool IsClosed => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not (B, T, F), or a sequence has no step.</exception>
    public override Tensor Forward(Tensor x, Sequence? sequence = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank != 3) throw new ArgumentException($"LastStep: expected shape (batch, time, feature), but x has shape {x.ShapeText}.", nameof(x));
        int batch = x.Dim(0), steps = x.Dim(1), width = x.Dim(2);
        var ranges = RowRange.Of(sequence?.Lengths ?? Enumerable.Repeat(steps, batch).ToArray(), batch, steps);
        for (var b = 0; b < batch; b++)
        {
            if (ranges[b].Count == 0) throw new ArgumentException($"LastStep: sequence {b} has no step (x has shape {x.ShapeText}, its length is 0).", nameof(x));
        }
        var y = Tensor.Uninitialized(batch, width);
        for (var b = 0; b < batch; b++) Row(x, Last(ranges[b])).CopyTo(Row(y, b));
        GC.KeepAlive(x);
        Autograd.Record(nameof(LastStep), [x], [y], gradients =>
        {
            var dx = Tensor.Zeros(batch, steps, width);
            for (var b = 0; b < batch; b++) Row(gradients[0]!, b).CopyTo(Row(dx, Last(ranges[b])));
            GC.KeepAlive(gradients[0]);
            return [dx];
        });
        return y;
    }

    static long Last(RowRange range) => range.Start + range.Count - 1;

    static Span<float> Row(Tensor tensor, long row) => new(tensor.Pointer + row * tensor.Dim(-1), tensor.Dim(-1));
}
