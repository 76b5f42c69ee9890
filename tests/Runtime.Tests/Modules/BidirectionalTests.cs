namespace Recurve.Runtime.Tests.Modules;

public sealed class BidirectionalTests
{
    /// <summary>h ← x + (reset ? 0 : h), walked step by step as language.md says: the smallest recurrence that sees every boundary.</summary>
    sealed class RunningSum : Module
    {
        public override Tensor Forward(Tensor x, Sequence? sequence = null)
        {
            int batch = x.Shape[0], steps = x.Shape[1];
            var values = x.ToArray();
            var resets = sequence?.Resets?.ToArray();
            var y = new float[values.Length];
            for (var b = 0; b < batch; b++)
            {
                var length = sequence?.Lengths?[b] ?? steps;
                float h = 0;
                for (var i = 0; i < length; i++)
                {
                    var at = b * steps + (sequence?.Reverse == true ? length - 1 - i : i);
                    if (resets?[at] == 1) h = 0;
                    y[at] = h += values[at];
                }
            }
            return Tensor.FromArray(y, batch, steps, 1);
        }
    }

    static readonly Tensor Input = Tensor.FromArray([1, 2, 4, 8, 16, 32, 64, 128], 2, 4, 1);

    [Fact]
    public void Halves_walk_in_opposite_directions()
        => Assert.Equal([1, 15, 3, 14, 7, 12, 15, 8], Walk(null)[..8]);

    [Fact]
    public void Halves_may_be_added()
    {
        Bidirectional both = new(new Linear(1, 2), new RunningSum()) { Merge = Merge.Sum };
        Assert.Throws<ArgumentException>(() => both.Forward(Input));
        both = new(new RunningSum(), new RunningSum()) { Merge = Merge.Sum };
        Assert.Equal([16, 17, 19, 23, 256, 272, 304, 368], both.Forward(Input).ToArray());
    }

    [Fact]
    public void The_gradient_of_a_sum_reaches_both_halves()
    {
        Linear first = new(1, 2), second = new(1, 2);
        new Bidirectional(first, second) { Merge = Merge.Sum }.Forward(Input).Sum().Backward();
        foreach (Linear half in new[] { first, second })
            Assert.Equal([255f, 255, 8, 8], half.Parameters.SelectMany(p => p.Grad!.ToArray()).OrderDescending());
    }

    [Fact]
    public void A_reset_cuts_both_halves_between_the_same_steps()
    {
        // before step 2: {1, 2} and {4, 8} are separate sequences in either direction
        var mask = Tensor.FromArray([0, 0, 1, 0, 1, 0, 0, 0], 2, 4);
        var y = Walk(new Sequence { Resets = mask });
        Assert.Equal([1, 3, 3, 2, 4, 12, 12, 8], y[..8]);
        Assert.Equal([16, 240, 48, 224, 112, 192, 240, 128], y[8..]);
    }

    [Fact]
    public void The_same_holds_for_a_reversed_sequence()
    {
        // walking backward, a reset before step 1 separates it from step 2
        var mask = Tensor.FromArray([0, 1, 0, 0, 0, 0, 0, 0], 2, 4);
        Assert.Equal([3, 1, 2, 3, 12, 4, 8, 12], Walk(new Sequence { Resets = mask, Reverse = true })[..8]);
    }

    [Fact]
    public void Past_the_length_the_mask_is_ignored()
    {
        var mask = Tensor.FromArray([0, 0, 1, float.NaN, 0, 0, 0, 0], 2, 4);
        var y = Walk(new Sequence { Resets = mask, Lengths = [2, 4] });
        Assert.Equal([1, 3, 3, 2, 0, 0, 0, 0], y[..8]);
    }

    [Fact]
    public void A_mask_of_another_shape_is_refused()
        => Assert.Throws<ArgumentException>(() => Walk(new Sequence { Resets = Tensor.Zeros(2, 4, 1) }));

    static float[] Walk(Sequence? sequence) => new Bidirectional(new RunningSum(), new RunningSum()).Forward(Input, sequence).ToArray();
}
