using Recurve.Kernels;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Plans;

/// <summary>Both forms of a dense stage against the eager Step, in value and gradient, and on any number of threads.</summary>
[Collection("Lanes and threads")]
public sealed class DenseTests : IDisposable
{
    readonly int threads = Workers.Count;
    readonly Course? forced = Planner.Forced;

    public void Dispose() => (Planner.Forced, Workers.Count) = (forced, threads);

    public static TheoryData<bool, int, int, int> Shapes()
    {
        (int, int, int)[] shapes = [(1, 1, 1), (3, 2, 3), (0, 2, 3), (3, 0, 3), (1, 63, 17), (3, 64, 5), (5, 129, 2), (17, 20, 3)];
        TheoryData<bool, int, int, int> all = [];
        foreach (var split in new[] { false, true })
            foreach (var (batch, time, units) in shapes) all.Add(split, batch, time, units);
        return all;
    }

    [Theory, MemberData(nameof(Shapes))]
    public void AgreesWithItsStep(bool split, int batch, int time, int units)
    {
        Planner.Forced = split ? Course.Split : Course.Serial;
        var seed = 1000 * batch + time;
        var random = new Random(seed);
        int[] lengths = [.. Enumerable.Range(0, batch).Select(_ => random.Next(time + 1))];
        foreach (var reverse in new[] { false, true })
        {
            Check(new() { Reverse = reverse }, withStart: reverse);
            Check(new() { Reverse = reverse, Lengths = lengths }, withStart: !reverse);
            // both often inside a chunk and seldom enough that whole chunks are carried over
            foreach (var rarity in new[] { 4, 40 })
                Check(new() { Reverse = reverse, Lengths = lengths, Resets = Resets(random, batch, time, rarity) }, withStart: rarity == 40);
        }

        void Check(Sequence sequence, bool withStart)
            => GradientCheck.Verify(new DenseByHand(3, units), batch, time, seed++, sequence, withStart, entries: 5);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void DoesNotDependOnThreads(bool split)
    {
        Planner.Forced = split ? Course.Split : Course.Serial;
        var one = Results(1);
        Assert.Equal(one, Results(2));
        Assert.Equal(one, Results(5));

        float[] Results(int count)
        {
            Workers.Count = count;
            var cell = new DenseByHand(3, 33);
            var random = new Random(1);
            var x = Tensor.FromArray([.. Enumerable.Range(0, 3 * 150 * 3).Select(_ => (float)random.NextDouble() - 0.5f)], 3, 150, 3);
            x.RequiresGrad = true;
            var (outputs, end) = cell.RunAny([x], null, new() { Lengths = [150, 20, 99], Resets = Resets(random, 3, 150, 50) });
            var loss = Loss.MeanSquaredError(outputs[0], Tensor.Zeros(3, 150, 33));
            loss.Backward();
            return [.. outputs[1].ToArray(), .. end.Tensors[0].ToArray(), .. x.Grad!.ToArray(), .. cell.Parameters.SelectMany(p => p.Grad!.ToArray())];
        }
    }

    static Tensor Resets(Random random, int batch, int time, int rarity)
        => Tensor.FromArray([.. Enumerable.Range(0, batch * time).Select(_ => random.Next(rarity) == 0 ? 1f : 0f)], batch, time);
}
