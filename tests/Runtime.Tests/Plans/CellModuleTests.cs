using Recurve.Kernels;

namespace Recurve.Runtime.Tests.Plans;

public class CellModuleTests
{
    readonly MinGruByHand cell = new(3, 4, trained: true);

    [Fact]
    public void ParametersAreFieldsThenTrainedStates()
        => Assert.Equal(["wz", "wh", "bz", "bh", "h"], cell.Parameters.Select(p => p.Name));

    [Fact]
    public void InitializeIsDeterministicByName()
    {
        cell.Initialize(3);
        var other = new MinGruByHand(3, 4, trained: true);
        other.Initialize(3);
        Assert.Equal(Values(cell), Values(other));
        other.Initialize(4);
        Assert.NotEqual(Values(cell), Values(other));
        var wz = cell.Parameters[0].Value.ToArray();
        Assert.All(wz, v => Assert.InRange(v, -1 / MathF.Sqrt(3), 1 / MathF.Sqrt(3)));
        Assert.All(cell.Parameters[2].Value.ToArray(), v => Assert.Equal(0, v));

        static float[] Values(CellModule c) => [.. c.Parameters.SelectMany(p => p.Value.ToArray())];
    }

    [Fact]
    public void FirstUseInitializesWithSeedZero()
    {
        var used = cell.Parameters[0].Value.ToArray();
        cell.Initialize(0);
        Assert.Equal(used, cell.Parameters[0].Value.ToArray());
    }

    [Theory]
    [InlineData("rank", "input 'x' has shape (2, 3), expected (batch, time, 3)")]
    [InlineData("size", "input 'x' has 5 features in its last axis, expected 3")]
    [InlineData("start", "start state 'h' has shape (3, 4), expected (batch, size) = (2, 4)")]
    [InlineData("count", "Lengths has 3 entries, but the batch has size 2")]
    [InlineData("length", "Lengths[1] is 6, expected 0 to 5")]
    [InlineData("negative", "Lengths[0] is -1, expected 0 to 5")]
    [InlineData("resets", "Resets has shape (2, 4), expected (batch, time) = (2, 5)")]
    public void WrongArgumentsAreNamed(string what, string message)
    {
        var x = Tensor.Zeros(2, 5, 3);
        var error = Assert.ThrowsAny<ArgumentException>(() => what switch
        {
            "rank" => cell.RunAny([Tensor.Zeros(2, 3)], null, null),
            "size" => cell.RunAny([Tensor.Zeros(2, 5, 5)], null, null),
            "start" => cell.RunAny([x], cell.Initial(3), null),
            "count" => cell.RunAny([x], null, new() { Lengths = [1, 2, 3] }),
            "length" => cell.RunAny([x], null, new() { Lengths = [1, 6] }),
            "negative" => cell.RunAny([x], null, new() { Lengths = [-1, 6] }),
            _ => cell.RunAny([x], null, new() { Resets = Tensor.Zeros(2, 4) }),
        });
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InputsMustAgree()
    {
        var error = Assert.Throws<ArgumentException>(() => new RowsByHand(2).RunAny([Tensor.Zeros(2, 3, 2), Tensor.Zeros(2, 4, 2)], null, null));
        Assert.Contains("input 'g' has time size 4, but input 'x' has 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SeveralInputsAreNamed()
    {
        var error = Assert.Throws<NotSupportedException>(() => new RowsByHand(2).Forward(Tensor.Zeros(2, 3, 2)));
        Assert.Contains("inputs (x, g) and outputs (y, m, first, fixed)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PaddingInfluencesNothing()
    {
        foreach (var make in new Func<CellModule>[] { () => new MinGruByHand(3, 4), () => new GatedByHand(3, 4), () => new DelaysByHand(3, 4) })
        {
            var results = new[] { 0f, float.NaN }.Select(padding => Gradients(make(), padding)).ToArray();
            Assert.Equal(results[0], results[1]);
            Assert.All(results[0], v => Assert.True(float.IsFinite(v)));
        }

        static float[] Gradients(CellModule cell, float padding)
        {
            int[] lengths = [5, 2, 0];
            var x = Tensor.FromArray([.. Enumerable.Range(0, 45).Select(i => i / 3 % 5 < lengths[i / 15] ? 0.1f * (i % 7) : padding)], 3, 5, 3);
            x.RequiresGrad = true;
            var y = cell.RunAny([x], null, new() { Lengths = lengths }).Outputs[0];
            y.Backward(Tensor.FromArray([.. Enumerable.Range(0, 60).Select(i => i / 4 % 5 < lengths[i / 20] ? 1f : padding)], 3, 5, 4));
            return [.. y.ToArray(), .. x.Grad!.ToArray(), .. cell.Parameters.SelectMany(p => p.Grad?.ToArray() ?? [])];
        }
    }

    [Fact]
    public void GradientsReachTrainedStatesThroughInitialStates()
    {
        var x = Tensor.Zeros(2, 1, 3);
        var (y, _) = cell.RunAny([x], cell.Initial(2), null);
        y[0].Backward(Tensor.FromArray([.. Enumerable.Repeat(1f, 8)], 2, 1, 4));
        // z = σ(0) = ½ for both sequences
        Assert.Equal([1f, 1f, 1f, 1f], cell.Parameters[4].Grad!.ToArray());
    }

    [Fact]
    public void FrozenPartKeepsItsOutputForThePartAfterIt()
    {
        CellModule first = new MinGruByHand(3, 4), second = new MinGruByHand(4, 2);
        foreach (var parameter in first.Parameters) parameter.Value.RequiresGrad = false;
        var x = Tensor.FromArray([.. Enumerable.Range(0, 30).Select(i => MathF.Sin(i))], 2, 5, 3);
        var gradients = new[] { new Sequential(first, second).Forward(x), second.Forward(first.Forward(x)) }.Select(y =>
        {
            // whoever takes the memory of an intermediate result writes over it
            for (var i = 0; i < 8; i++) Tensor.FromArray([.. Enumerable.Repeat(9f, 40)], 2, 5, 4);
            y.Backward(y.Detach());
            var gradient = second.Parameters[0].Grad!.ToArray();
            second.Parameters[0].Value.Grad = null;
            return gradient;
        }).ToArray();
        Assert.Equal(gradients[1], gradients[0]);
    }

    [Fact]
    public void InferenceKeepsNothing()
    {
        using (Autograd.NoGrad())
        {
            Assert.False(cell.Forward(Tensor.Zeros(2, 5, 3)).RequiresGrad);
        }
        Assert.False(cell.LastRun!.KeepsForBackward);
        Assert.Contains("Scan over 4 channels", cell.LastRun.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ResultsDoNotDependOnThreads()
    {
        var count = Workers.Count;
        try
        {
            var results = new[] { 1, 3 }.Select(threads =>
            {
                Workers.Count = threads;
                var gated = new GatedByHand(3, 5);
                var x = Tensor.FromArray([.. Enumerable.Range(0, 20 * 7 * 3).Select(i => MathF.Sin(i))], 20, 7, 3);
                x.RequiresGrad = true;
                var y = gated.RunAny([x], null, null).Outputs[0];
                y.Backward(y.Detach());
                return (float[])[.. y.ToArray(), .. x.Grad!.ToArray(), .. gated.Parameters.SelectMany(p => p.Grad!.ToArray())];
            }).ToArray();
            Assert.Equal(results[0], results[1]);
        }
        finally
        {
            Workers.Count = count;
        }
    }
}
