using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Training;

public sealed class BatchesTests
{
    [Fact]
    public void EachEpochHasEachExampleOnceInAnotherOrder()
    {
        int[] examples = [.. Enumerable.Range(0, 11)];
        var batches = Batches.Of(examples, 4, some => some.ToArray(), shuffleSeed: 1);
        Assert.Equal(3, batches.PerEpoch);
        int[][] epochs = [.. Enumerable.Range(0, 4).Select(e => Enumerable.Range(3 * e, 3).SelectMany(i => batches[i]).ToArray())];
        Assert.All(epochs, epoch => Assert.Equal(examples, epoch.Order()));
        Assert.Equal(4, epochs.Select(e => string.Join(',', e)).Distinct().Count());
        Assert.Equal([4, 4, 3, 4], Enumerable.Range(0, 4).Select(i => batches.SizeOf(i)));
        // a minibatch does not depend on those that were asked for before
        Assert.Equal(epochs[1][4..8], batches[4]);
        Assert.Equal(epochs[3][..4], Batches.Of(examples, 4, some => some.ToArray(), shuffleSeed: 1)[9]);
        Assert.Equal([0, 1, 2, 3], Batches.Of(examples, 4, some => some.ToArray())[3]);
    }

    [Fact]
    public void RowsOfTensorsStayTogether()
    {
        Tensor inputs = Tensor.FromArray([.. Enumerable.Range(0, 30).Select(i => (float)i)], 5, 3, 2), targets = Tensor.FromArray([0, 1, 2, 3, 4], 5);
        var batches = Batches.Of(inputs, targets, 2, shuffleSeed: 7);
        List<float> seen = [];
        for (int i = 0; i < 3; i++)
        {
            var (x, y) = batches[i];
            Assert.Equal([i < 2 ? 2 : 1, 3, 2], x.Shape);
            float[] rows = y.ToArray();
            Assert.Equal(rows.SelectMany(row => Enumerable.Range(0, 6).Select(j => 6 * row + j)), x.ToArray());
            seen.AddRange(rows);
        }
        Assert.Equal([0, 1, 2, 3, 4], seen.Order());
    }

    [Fact]
    public void MistakesAreNamed()
    {
        Assert.Contains("(5, 1)", Assert.Throws<ArgumentException>(() => Batches.Of(Tensor.Zeros(4, 1), Tensor.Zeros(5, 1), 2)).Message);
        Assert.Contains("at least one example", Assert.Throws<ArgumentException>(() => Batches.Of<int, int>([], 2, some => 0)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Batches.Of([1], 0, some => 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Batches.Generate(0, i => 0));
    }

    [Theory, OnOpenCl, OnCudaDouble]
    public void TensorsOfADeviceAreRefusedAtOnce(string device)
    {
        Assert.True(Device.TryGet(device, out var there, out _));
        Tensor here = Tensor.Zeros(4, 1);
        var refused = Assert.Throws<ArgumentException>(() => Batches.Of(here, here.To(there), 2));
        Assert.Contains($"on the processor, but it is on {device}", refused.Message);
    }
}
