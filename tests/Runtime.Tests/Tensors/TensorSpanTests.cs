using System.Numerics.Tensors;
using Recurve.Numerics;

namespace Recurve.Runtime.Tests.Tensors;

/// <summary>Numbers in and out of tensors through spans, memory and tensor spans.</summary>
public sealed class TensorSpanTests
{
    static readonly float[] numbers = [1, 2, 3, 4, 5, 6];

    [Fact]
    public void MemoryGoesInAndOut()
    {
        ReadOnlyMemory<float> memory = numbers.AsMemory(1, 4);
        Tensor tensor = Tensor.FromSpan(memory.Span, 2, 2);
        Assert.Equal([2, 2], tensor.Shape);
        Assert.Equal([2, 3, 4, 5], tensor.ToArray());
        Memory<float> target = new float[4];
        tensor.CopyTo(target.Span);
        Assert.Equal([2, 3, 4, 5], target.ToArray());
        Assert.Equal([4], Tensor.FromSpan(memory.Span).Shape);
    }

    [Fact]
    public void WrongLengthsNameBothSizes()
    {
        Assert.Contains("(2, 3) has 6 elements, but the span has 5", Assert.Throws<ArgumentException>(() => Tensor.FromSpan(numbers.AsSpan(1), 2, 3)).Message);
        Assert.Contains("6 elements", Assert.Throws<ArgumentException>(() => Tensor.FromArray(numbers, 6).CopyTo(new float[5])).Message);
    }

    [Fact]
    public void TensorSpansOfAnyStridesGoInAndOut()
    {
        // the last two columns of a 2 × 3 matrix
        TensorSpan<float> columns = new TensorSpan<float>(numbers.ToArray(), [2, 3])[0..2, 1..3];
        Tensor tensor = columns.ToTensor();
        Assert.Equal([2, 2], tensor.Shape);
        Assert.Equal([2, 3, 5, 6], tensor.ToArray());

        float[] target = new float[6];
        tensor.CopyTo(new TensorSpan<float>(target, [2, 3])[0..2, 0..2]);
        Assert.Equal([2, 3, 0, 5, 6, 0], target);
        Assert.Contains("(2, 2), but it has shape (2, 3)", Assert.Throws<ArgumentException>(() => tensor.CopyTo(new TensorSpan<float>(target, [2, 3]))).Message);
    }
}
