namespace Recurve.Runtime.Tests.Losses;

public sealed class LossTests
{
    // values and gradients of the same inputs in PyTorch 1.13
    [Fact]
    public void Cross_entropy_is_PyTorchs()
    {
        var x = Leaf([1, 2, -1, 0.5f, -100, 100, 3, 3, 3], 3, 3);
        var loss = Loss.CrossEntropy(x, [1, 0, Loss.Ignored]);
        Assert.Equal(49.92450714111328, loss.Item(), 1e-5);
        loss.Backward();
        Near([0.12974824f, -0.14730772f, 0.017559515f, -0.5f, 0, 0.5f, 0, 0, 0], x.Grad!);
    }

    [Fact]
    public void Binary_cross_entropy_is_PyTorchs()
    {
        var x = Leaf([1, -200, 300, 0], 4);
        var loss = Loss.BinaryCrossEntropy(x, Tensor.FromArray([1, 0, 0.25f, 0.5f]));
        Assert.Equal(56.50160217285156, loss.Item(), 1e-5);
        loss.Backward();
        Near([-0.06723535f, 0, 0.1875f, 0], x.Grad!);
    }

    [Fact]
    public void Mean_squared_error_is_PyTorchs()
    {
        var x = Leaf([1, 2, 4], 3);
        var loss = Loss.MeanSquaredError(x, Tensor.FromArray([0, 2, 1]));
        Assert.Equal(10f / 3, loss.Item(), 1e-6);
        Assert.Empty(loss.Shape);
        loss.Backward();
        Near([2f / 3, 0, 2], x.Grad!);
    }

    [Fact]
    public void Gradients_agree_with_central_differences()
    {
        Tensor x = GradientProbe.Normal(1, 2, 3, 4), t = GradientProbe.Normal(2, 2, 3, 4);
        GradientProbe.Check(() => Loss.MeanSquaredError(x, t), [("y", x), ("target", t)]);
        GradientProbe.Check(() => Loss.BinaryCrossEntropy(x, t), [("logits", x), ("target", t)]);
        GradientProbe.Check(() => Loss.CrossEntropy(x.Scale(3), [0, 1, 2, 3, Loss.Ignored, 1]), [("logits", x)]);
    }

    [Fact]
    public void Ignored_rows_may_hold_anything()
    {
        var x = Leaf([1, 2, float.NaN, float.NaN], 2, 2);
        Loss.CrossEntropy(x, [0, Loss.Ignored]).Backward();
        Assert.Equal([0, 0], x.Grad!.ToArray()[2..]);
        Assert.True(float.IsFinite(x.Grad.ToArray()[0]));
    }

    [Fact]
    public void Nothing_to_average_is_NaN_as_in_PyTorch()
    {
        Assert.True(float.IsNaN(Loss.CrossEntropy(Tensor.Zeros(0, 3), []).Item()));
        Assert.True(float.IsNaN(Loss.MeanSquaredError(Tensor.Zeros(0), Tensor.Zeros(0)).Item()));
    }

    [Fact]
    public void Bad_input_is_named()
    {
        var x = Tensor.Zeros(2, 3);
        Assert.Contains("row 1", Assert.Throws<ArgumentException>(() => Loss.CrossEntropy(x, [0, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("2 rows", Assert.Throws<ArgumentException>(() => Loss.CrossEntropy(x, [0])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Loss.CrossEntropy(x, [-1, 0]));
        Assert.Throws<ArgumentException>(() => Loss.MeanSquaredError(x, Tensor.Zeros(3, 2)));
        Assert.Throws<ArgumentException>(() => Loss.BinaryCrossEntropy(x, Tensor.Zeros(6)));
    }

    static Tensor Leaf(float[] values, params int[] shape)
    {
        var leaf = Tensor.FromArray(values, shape);
        leaf.RequiresGrad = true;
        return leaf;
    }

    static void Near(float[] expected, Tensor actual)
        => Assert.All(expected.Zip(actual.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 2e-6f));
}
