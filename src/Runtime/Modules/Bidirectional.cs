using Recurve.Onnx;

namespace Recurve;

/// <summary>How <see cref="Bidirectional"/> makes one output of two.</summary>
public enum Merge
{
    /// <summary>Features side by side, forward ones first.</summary>
    Concatenate,

    /// <summary>Added: both modules make the same number of features.</summary>
    Sum,
}

/// <summary>
/// One module walks the sequence forward, another backward; their features are concatenated or added. Parts: <c>forward</c>, <c>backward</c>.
/// </summary>
public sealed class Bidirectional : Module
{
    readonly Module forward, backward;

    /// <summary>Both see the whole input.</summary>
    public Bidirectional(Module forward, Module backward)
    {
        this.forward = Register("forward", forward);
        this.backward = Register("backward", backward);
    }

    /// <summary>What becomes of the two outputs.</summary>
    public Merge Merge { get; init; } = Merge.Concatenate;

    internal override OnnxFlow Export(OnnxGraph graph, OnnxFlow x)
    {
        OnnxFlow first = forward.Export(graph, x), second = backward.Export(graph, OnnxRows.Reversed(graph, x));
        string[] both = [first.Name, second.HasTime ? OnnxRows.Reversed(graph, second).Name : second.Name];
        return first with { Name = Merge == Merge.Sum ? graph.Add("Add", both) : graph.Add("Concat", both, new OnnxAttribute("axis", -1L)) };
    }

    internal override bool IsClosed => PartsAreClosed;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Sequence? sequence = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        EnsureInitialized();
        sequence ??= new Sequence();
        var first = forward.Forward(x, sequence);
        var second = backward.Forward(x, sequence with { Reverse = !sequence.Reverse, Resets = ShiftedResets(sequence) });
        var both = Merge == Merge.Sum ? first + second : Structure.ConcatenateFeatures(first, second);
        if (PartsAreClosed && first.Storage != second.Storage && first.Storage != x.Storage && second.Storage != x.Storage)
        {
            Autograd.Release(first);
            Autograd.Release(second);
        }
        return both;
    }

    /// <summary>
    /// A reset separates two neighbouring steps. Walking forward it stands before the later one, walking backward before the earlier
    /// one: the mask moves by one, within each sequence's length.
    /// </summary>
    static Tensor? ShiftedResets(Sequence sequence)
    {
        if (sequence.Resets is not { } mask) return null;
        if (mask.Rank != 2) throw new ArgumentException($"Sequence.Resets must have shape (batch, time), but has {mask.ShapeText}.", nameof(sequence));
        int batch = mask.Dim(0), steps = mask.Dim(1);
        var ranges = RowRange.Of(sequence.Lengths ?? Enumerable.Repeat(steps, batch).ToArray(), batch, steps);
        float[] before = mask.ToArray(), shifted = new float[before.Length];
        foreach (var (start, count) in ranges)
        {
            var (from, to) = sequence.Reverse ? (start, start + 1) : (start + 1, start);
            if (count > 1) Array.Copy(before, from, shifted, to, count - 1);
        }
        return Tensor.FromArray(shifted, batch, steps).To(mask.Device);
    }
}
