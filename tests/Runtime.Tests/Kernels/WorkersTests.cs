using Recurve.Kernels;

namespace Recurve.Runtime.Tests.Kernels;

[Collection("Lanes and threads")]
public sealed class WorkersTests : IDisposable
{
    readonly int threads = Workers.Count;

    public void Dispose() => Workers.Count = threads;

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(8)]
    public void EveryTaskRunsOnce(int count)
    {
        Workers.Count = count;
        for (int round = 0; round < 300; round++)
        {
            int tasks = round % 40;
            int[] runs = new int[tasks];
            Workers.For(tasks, i => Interlocked.Increment(ref runs[i]));
            Assert.All(runs, n => Assert.Equal(1, n));
        }
    }

    [Fact]
    public void NestedCallsRunInside()
    {
        Workers.Count = 3;
        int sum = 0;
        Workers.For(5, i => Workers.For(7, j => Interlocked.Add(ref sum, i * 7 + j)));
        Assert.Equal(34 * 35 / 2, sum);
    }

    [Fact]
    public void AnExceptionArrivesAndTheNextLaunchWorks()
    {
        Workers.Count = 3;
        int done = 0;
        void Body(int i)
        {
            Interlocked.Increment(ref done);
            if (i == 4) throw new InvalidOperationException("task 4");
        }
        Assert.Equal("task 4", Assert.Throws<InvalidOperationException>(() => Workers.For(9, Body)).Message);
        Assert.Equal(9, done);
        Workers.For(9, _ => Interlocked.Increment(ref done));
        Assert.Equal(18, done);
    }

    [Fact]
    public void CallsFromSeveralThreadsAllFinish()
    {
        Workers.Count = 3;
        int sum = 0;
        Parallel.For(0, 8, _ =>
        {
            for (int round = 0; round < 50; round++) Workers.For(6, i => Interlocked.Add(ref sum, i));
        });
        Assert.Equal(8 * 50 * 15, sum);
    }
}
