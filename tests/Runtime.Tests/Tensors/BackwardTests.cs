namespace Recurve.Runtime.Tests.Tensors;

public sealed class BackwardTests
{
    static Tensor Leaf(params float[] values)
    {
        var leaf = Tensor.FromArray(values);
        leaf.RequiresGrad = true;
        return leaf;
    }

    [Fact]
    public void A_value_used_several_times_sums_its_gradients()
    {
        var x = Leaf(2, 3);
        var square = x * x;
        (square * x + square + x - square).Sum().Backward(); // x³ + x
        Assert.Equal([13, 28], x.Grad!.ToArray());
    }

    [Fact]
    public void Gradients_accumulate_until_they_are_cleared()
    {
        var x = Leaf(1, 2);
        x.Scale(3).Sum().Backward();
        x.Scale(4).Sum().Backward();
        Assert.Equal([7, 7], x.Grad!.ToArray());
        x.Grad = null;
        x.Sum().Backward();
        Assert.Equal([1, 1], x.Grad!.ToArray());
    }

    [Fact]
    public void A_leaf_is_told_of_once_and_with_its_whole_gradient()
    {
        Tensor early = Leaf(2, 3), late = Leaf(4, 5);
        var product = early * late;
        List<(Tensor Leaf, float[] Gradient)> completed = [];
        // late is used twice: after the first use it has only a part
        (product + late).Sum().Backward(Tensor.Scalar(Device.Cpu, 1f), leaf => completed.Add((leaf, leaf.Grad!.ToArray())));
        Assert.Equal(2, completed.Count);
        Assert.Equal([4, 5], completed.Single(c => c.Leaf == early).Gradient);
        Assert.Equal([3, 4], completed.Single(c => c.Leaf == late).Gradient);
    }

    [Fact]
    public void Two_leaves_never_share_a_gradient()
    {
        Tensor a = Leaf(1, 2), b = Leaf(3, 4);
        (a + b).Reshape(2, 1).Backward(Tensor.FromArray([5, 6], 2, 1));
        (a + a).Sum().Backward();
        Assert.Equal([7, 8], a.Grad!.ToArray());
        Assert.Equal([5, 6], b.Grad!.ToArray());
    }

    [Fact]
    public void A_leaf_keeps_a_gradient_that_came_through_a_view()
    {
        Tensor a = Tensor.FromArray([1, 2, 3, 4]), b = Tensor.FromArray([1, 2]);
        a.RequiresGrad = b.RequiresGrad = true;
        a.Reshape(2, 2).Mean().Backward();
        Assert.Equal([0.25f, 0.25f, 0.25f, 0.25f], a.Grad!.ToArray());
        (b + b).Mean().Backward();
        Assert.Equal([1, 1], b.Grad!.ToArray());
    }

    [Fact]
    public void The_seed_gradient_stays_the_users()
    {
        var x = Leaf(1, 2);
        var seed = Tensor.FromArray([1, 10]);
        (x + x).Backward(seed);
        x.Backward(seed);
        Assert.Equal([3, 30], x.Grad!.ToArray());
        Assert.Equal([1, 10], seed.ToArray());
    }

    [Fact]
    public void A_graph_is_used_once()
    {
        var x = Leaf(1, 2);
        var trunk = x * x;
        var loss = trunk.Sum();
        loss.Backward();
        Assert.Contains("second time", Assert.Throws<InvalidOperationException>(loss.Backward).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => trunk.Scale(2).Sum().Backward());
        Assert.Equal([2, 4], x.Grad!.ToArray());
        Assert.Equal([1, 4], trunk.ToArray());
    }

    [Fact]
    public void Changed_parameters_are_noticed()
    {
        var x = new Parameter("x", Leaf(1, 2));
        var loss = (x.Value * x.Value).Sum();
        (x.Value * x.Value).Sum().Backward();
        new Sgd([x], 0.1).Step();
        Assert.Contains("changed", Assert.Throws<InvalidOperationException>(loss.Backward).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_scalars_start_without_a_gradient()
    {
        Assert.Throws<InvalidOperationException>(() => Leaf(1, 2).Scale(2).Backward());
        Assert.Throws<InvalidOperationException>(() => Tensor.FromArray([1f]).Backward());
        Assert.Throws<ArgumentException>(() => Leaf(1, 2).Scale(2).Backward(Tensor.Zeros(3)));
    }

    [Fact]
    public void Nothing_is_recorded_inside_NoGrad()
    {
        var x = Leaf(1, 2);
        using (Autograd.NoGrad())
        using (Autograd.NoGrad())
        {
            Assert.False((x * x).RequiresGrad);
        }
        Assert.True((x * x).RequiresGrad);
        Assert.False((x * x).Detach().RequiresGrad);
    }

    [Fact]
    public void Outputs_without_a_gradient_arrive_as_null()
    {
        var x = Leaf(1, 2);
        Tensor first = Tensor.Zeros(2), second = Tensor.Zeros(2);
        Tensor?[]? seen = null;
        Autograd.Record("Twins", [x, second], [first, second], gradients =>
        {
            seen = [.. gradients];
            return [gradients[1]?.Copy(), null];
        });
        second.Sum().Backward();
        Assert.Null(seen![0]);
        Assert.NotNull(seen[1]);
        Assert.Equal([1, 1], x.Grad!.ToArray());
    }

    [Fact]
    public void A_graph_of_thirty_thousand_nodes_needs_no_stack()
    {
        var x = Leaf(1);
        var y = x;
        for (var i = 0; i < 30_000; i++) y = y + x;
        y.Sum().Backward();
        Assert.Equal([30_001], x.Grad!.ToArray());
    }
}
