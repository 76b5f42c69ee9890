using Recurve.Cells;

namespace Recurve.Benchmarks;

/// <summary>Training steps of whole layers and of a network, as a user writes them, beside PyTorch in its best form and threading.</summary>
static class CellSection
{
    public static void Run()
    {
        if (PyTorch.Missing is { } why) Report.Missing("peer", why);
        Layer("minGRU layer", "mingru", new MinGru(256, 256), 1024, 16, 256);
        Layer("minGRU layer", "mingru", new MinGru(256, 256), 65536, 1, 256);
        Layer("LSTM layer", "lstm", new Lstm(128, 128), 1024, 16, 128);
        Network(65536, 1, 64);
    }

    static void Layer(string name, string peer, CellModule cell, int steps, int batch, int units)
    {
        cell.Initialize(seed: 1);
        Tensor x = Random(steps, batch, units, 1), gradient = Random(steps, batch, units, 2);
        x.RequiresGrad = true;
        Compare($"{name} T={steps} B={batch} I=H={units}", peer, steps, batch, units, () =>
        {
            foreach (Parameter parameter in cell.Parameters) parameter.Value.Grad = null;
            x.Grad = null;
            cell.Forward(x).Backward(gradient);
        });
    }

    // The first-symbol network: its cells have scans where nn.LSTM has a loop.
    static void Network(int steps, int batch, int units)
    {
        const int Symbols = 128;
        System.Random random = new(3);
        float[] inputs = new float[(long)steps * batch * Symbols];
        for (long row = 0; row < (long)steps * batch; row++) inputs[row * Symbols + random.Next(Symbols)] = 1;
        Tensor x = Tensor.FromArray(inputs, batch, steps, Symbols);
        int[] classes = [.. Enumerable.Range(0, batch).Select(_ => random.Next(2))];
        Sequential network = new(new GilrLstm(Symbols, units), new GilrLstm(units, units), new LastStep(), new Linear(units, 2));
        network.Initialize(seed: 1);
        Adam adam = new(network.Parameters, 1e-3);
        Compare($"two layers, GILR-LSTM for LSTM, T={steps} B={batch} H={units}", "network", steps, batch, units, () =>
        {
            adam.ZeroGrad();
            Loss.CrossEntropy(network.Forward(x), classes).Backward();
            GradientClip.ByNorm(network.Parameters, 1.0);
            adam.Step();
        });
    }

    static void Compare(string what, string peer, int steps, int batch, int units, Action step)
    {
        double best = double.PositiveInfinity;
        int with = 1;
        Timing.ForThreads(threads =>
        {
            // until the runtime has compiled every loop of a step again, with what it learnt of it
            double seconds = Timing.Median(step, threads, warmUp: 2);
            if (seconds < best) (best, with) = (seconds, threads);
        });
        if (PyTorch.Missing is not null)
        {
            Report.Single(what, with, best);
            return;
        }
        (double other, string name) = PyTorch.Best(peer, steps, batch, units);
        Report.Compare(what, with, best, other, name);
    }

    static Tensor Random(int steps, int batch, int units, int seed)
    {
        System.Random random = new(seed);
        float[] numbers = new float[(long)steps * batch * units];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = (float)(random.NextDouble() * 2 - 1);
        return Tensor.FromArray(numbers, batch, steps, units);
    }
}
