using Recurve.Cells;

namespace Recurve.Benchmarks;

/// <summary>Cells whose time is that of their generated bodies: one input, so that projections cost little.</summary>
static class BodySection
{
    public static void Run()
    {
        Measure("minGRU", new MinGru(1, 256));
        Measure("IndRNN, relu", new IndRnnRelu(1, 256));
        Measure("IndRNN, tanh", new IndRnn(1, 256));
        Measure("ParaGRU", new ParaGru(1, 256));
        Measure("LRU", new Lru(1, 256));
        Measure("minLSTM", new MinLstm(1, 256));
    }

    static void Measure(string name, CellModule cell)
    {
        const int Steps = 1024, Batch = 16;
        cell.Initialize(seed: 1);
        System.Random random = new(1);
        Tensor x = Tensor.FromArray([.. Enumerable.Range(0, Batch * Steps).Select(_ => random.NextSingle() - 0.5f)], Batch, Steps, 1);
        Tensor gradient = Tensor.FromArray([.. Enumerable.Range(0, Batch * Steps * cell.Forward(x).Shape[^1]).Select(_ => random.NextSingle() - 0.5f)], cell.Forward(x).Shape);
        Timing.ForThreads(threads =>
        {
            double forward = Timing.Median(() => cell.Forward(x), threads);
            double both = Timing.Median(() => cell.Forward(x).Backward(gradient), threads);
            Report.Single($"{name} forward T={Steps} B={Batch} H=256", threads, forward);
            Report.Single($"{name} forward and backward", threads, both);
        });
    }
}
