namespace Recurve.Runtime.Tests.Tensors;

public sealed unsafe class TensorTests
{
    [Fact]
    public void Arrays_come_back_as_they_went_in()
    {
        var tensor = Tensor.FromArray([1, 2, 3, 4, 5, 6], 2, 3);
        Assert.Equal([2, 3], tensor.Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], tensor.ToArray());
        Assert.Equal([2], Tensor.FromArray([1, 2]).Shape);
        Assert.All(Tensor.Zeros(3, 5).ToArray(), value => Assert.Equal(0f, value));
    }

    [Fact]
    public void The_shape_is_a_copy()
    {
        var tensor = Tensor.Zeros(2, 3);
        tensor.Shape[0] = 7;
        Assert.Equal([2, 3], tensor.Shape);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(3, 0)]
    public void Empty_axes_are_legal(int batch, int steps)
    {
        var tensor = Tensor.Zeros(batch, steps, 2);
        tensor.RequiresGrad = true;
        tensor.Scale(2).Sum().Backward();
        Assert.Empty(tensor.ToArray());
        Assert.Equal([batch, steps, 2], tensor.Grad!.Shape);
    }

    [Fact]
    public void A_wrong_shape_names_both_sizes()
    {
        Assert.Contains("6 elements, but the array has 5", Assert.Throws<ArgumentException>(() => Tensor.FromArray(new float[5], 2, 3)).Message, StringComparison.Ordinal);
        Assert.Contains("Axis 1", Assert.Throws<ArgumentException>(() => Tensor.Zeros(2, -1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Tensor.Zeros(int.MaxValue, int.MaxValue, int.MaxValue));
        Assert.Contains("(2, 3) and (3, 2)", Assert.Throws<ArgumentException>(() => Tensor.Zeros(2, 3) + Tensor.Zeros(3, 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Tensor.Zeros(2, 3).Reshape(4, 2));
        Assert.Throws<ArgumentException>(() => Tensor.Zeros(2, 3).Reshape(-1, 4));
    }

    [Fact]
    public void Operators_are_elementwise()
    {
        Tensor a = Tensor.FromArray([1, 2, 3]), b = Tensor.FromArray([4, 5, 6]);
        Assert.Equal([5, 7, 9], (a + b).ToArray());
        Assert.Equal([-3, -3, -3], (a - b).ToArray());
        Assert.Equal([4, 10, 18], (a * b).ToArray());
        Assert.Equal([0.5f, 1, 1.5f], (0.5 * a).ToArray());
        Assert.Equal(6f, a.Sum().Item());
        Assert.Equal(2f, a.Mean().Item());
        Assert.Equal([3, 1], a.Reshape(-1, 1).Shape);
    }

    [Fact]
    public void A_long_sum_loses_nothing()
    {
        var ones = Tensor.Uninitialized(20_000_001);
        Elementwise.Fill(ones, 1f);
        Assert.Equal(1f, Elementwise.Sum(ones, 1.0 / 20_000_001).Item());
    }

    [Fact]
    public void Detached_tensors_share_memory()
    {
        var tensor = Tensor.FromArray([1, 2]);
        var detached = tensor.Detach();
        tensor.CopyFrom([3, 4]);
        Assert.Equal([3, 4], detached.ToArray());
    }
}
