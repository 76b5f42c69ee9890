using Recurve.Devices;
using Recurve.Onnx;
using Recurve.Plans;

namespace Recurve;

/// <summary>
/// The last step of each sequence: (B, T, F) to (B, F). With Lengths, the step at length − 1. Of a sequence whose steps are divided among ranks every rank has the last step, and what arrives
/// at it is summed over ranks.
/// </summary>
public sealed unsafe partial class LastStep : Module
{
    internal override OnnxFlow Export(OnnxGraph graph, OnnxFlow x)
        => new(graph.Add("Squeeze", [graph.Add("Slice", [x.Name, graph.Integers(-1), graph.Integers(long.MaxValue), graph.Integers(0)]), graph.Integers(0)]), HasTime: false);

    internal override bool IsClosed => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">x is not (B, T, F), or a sequence has no step.</exception>
    public override Tensor Forward(Tensor x, Sequence? sequence = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank != 3) throw new ArgumentException($"LastStep: expected shape (batch, time, feature), but x has shape {x.ShapeText}.", nameof(x));
        int batch = x.Dim(0), steps = x.Dim(1), width = x.Dim(2);
        var ranges = RowRange.Of(sequence?.Lengths ?? Enumerable.Repeat(steps, batch).ToArray(), batch, steps);
        if (sequence?.Slices is { } slices) return OfSlices(slices, x, ranges);
        for (var b = 0; b < batch; b++)
        {
            if (ranges[b].Count == 0) throw HasNoStep(x, b);
        }
        if (x.Accelerator is { } device) return OnDevice(device, x, [.. ranges.Select(Last)]);
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

    static ArgumentException HasNoStep(Tensor x, int sequence)
        => new($"LastStep: sequence {sequence} has no step (x has shape {x.ShapeText}, its length is 0).", nameof(x));

    static Tensor OnDevice(Accelerator device, Tensor x, long[] rows)
    {
        var (batch, width) = (x.Dim(0), x.Dim(2));
        var y = Tensor.Uninitialized(x.Device, batch, width);
        var last = device.Upload(rows);
        if (width > 0) device.Launch(Elementwise.Text, "gather_rows", Grid.Over(y.Length), y, x, last, width, (long)batch);
        Autograd.Record(nameof(LastStep), [x], [y], gradients =>
        {
            var dx = Tensor.Zeros(x.Device, x.Shape);
            if (width > 0) device.Launch(Elementwise.Text, "scatter_rows", Grid.Over(y.Length), dx, gradients[0], last, width, (long)batch);
            return [dx];
        });
        return y;
    }

    static long Last(RowRange range) => range.Start + range.Count - 1;

    static Span<float> Row(Tensor tensor, long row) => new(tensor.Pointer + row * tensor.Dim(-1), tensor.Dim(-1));
}
