using System.Numerics.Tensors;

namespace Recurve.Numerics;

/// <summary>
/// Tensors from and to the spans of System.Numerics.Tensors, always by copy: a tensor's memory is pooled, and may be on a device. A package of its own, so that the library needs no other.
/// </summary>
public static class TensorSpans
{
    /// <summary>A tensor with the span's shape and numbers; the span may be of any strides.</summary>
    /// <exception cref="ArgumentException">An axis, or the number of elements, is more than a tensor takes from an array.</exception>
    public static Tensor ToTensor(this in ReadOnlyTensorSpan<float> span)
    {
        if (span.FlattenedLength > Array.MaxLength) throw new ArgumentException($"A span of {span.FlattenedLength} elements; at most {Array.MaxLength} can be copied.", nameof(span));
        var data = new float[span.FlattenedLength];
        span.FlattenTo(data);
        var shape = new int[span.Rank];
        for (var axis = 0; axis < shape.Length; axis++) shape[axis] = checked((int)span.Lengths[axis]);
        return Tensor.FromSpan(data, shape);
    }

    /// <summary>The same of a span that could be written to.</summary>
    public static Tensor ToTensor(this in TensorSpan<float> span) => span.AsReadOnlyTensorSpan().ToTensor();

    /// <summary>Copies a tensor's numbers, from wherever it is, into a span of the same shape and any strides.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void CopyTo(this Tensor tensor, in TensorSpan<float> target)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        nint[] lengths = [.. tensor.Shape.Select(size => (nint)size)];
        if (!target.Lengths.SequenceEqual(lengths))
            throw new ArgumentException($"Expected a span of shape ({string.Join(", ", lengths)}), but it has shape ({string.Join(", ", target.Lengths.ToArray())}).", nameof(target));
        // there is no tensor span over nothing
        if (!target.IsEmpty) new ReadOnlyTensorSpan<float>(tensor.ToArray(), lengths).CopyTo(target);
    }
}
