using Recurve.Kernels;

namespace Recurve.Runtime.Tests.Plans;

/// <summary>Steps whose products are large enough to be divided over the cores: the same numbers on any number of threads, and nothing allocated.</summary>
[Collection("Lanes and threads")]
public sealed class WideLoopTests : IDisposable
{
    const int Inputs = 3, Units = 520;

    readonly int threads = Workers.Count;

    public void Dispose() => Workers.Count = threads;

    [Theory, InlineData(1, 5), InlineData(3, 5)]
    public void DoesNotDependOnThreads(int batch, int time)
    {
        var one = Results(1);
        Assert.Equal(one, Results(2));
        Assert.Equal(one, Results(5));

        float[] Results(int count)
        {
            Workers.Count = count;
            var cell = new GatedByHand(Inputs, Units);
            var random = new Random(1);
            var x = Tensor.FromArray([.. Enumerable.Range(0, batch * time * Inputs).Select(_ => (float)random.NextDouble() - 0.5f)], batch, time, Inputs);
            x.RequiresGrad = true;
            var (outputs, end) = cell.RunAny([x], null, new() { Lengths = [.. Enumerable.Range(0, batch).Select(b => time - b)] });
            Loss.MeanSquaredError(outputs[0], Tensor.Zeros(batch, time, Units)).Backward();
            return [.. outputs[0].ToArray(), .. end.Tensors[0].ToArray(), .. x.Grad!.ToArray(), .. cell.Parameters.SelectMany(p => p.Grad!.ToArray())];
        }
    }

    [Fact]
    public void AStreamAllocatesNothing()
    {
        Workers.Count = 2;
        var stream = new GatedByHand(Inputs, Units).CreateStream(1);
        float[] x = new float[Inputs], y = new float[2 * Units];
        for (var i = 0; i < 20; i++) stream.Step(x, y);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) stream.Step(x, y);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
