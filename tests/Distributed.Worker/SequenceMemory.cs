using System.Diagnostics;
using Recurve.Cells;

namespace Recurve.Distributed.Worker;

/// <summary>What a step of training on a slice takes of a process's memory, beyond what the process takes anyway.</summary>
static class SequenceMemory
{
    const int Inputs = 32, Units = 16;

    /// <param name="ranks">That divide the sequence.</param>
    /// <param name="steps">Of the whole sequence.</param>
    public static void Measure(Communicator ranks, int steps)
    {
        SequenceParallel time = new(ranks);
        Sequential network = new(new GilrLstm(Inputs, Units), new Rotation(Units, Units), new IndRnnRelu(Units, Units), new LastStep(), new Linear(Units, 2));
        network.Initialize(1);
        DataParallel parallel = new(ranks, network);
        Learn(64 * ranks.Size);
        long before = Peak();
        for (int repeat = 0; repeat < 3; repeat++) Learn(steps);
        double own = Peak() - before;
        double[] all = new double[ranks.Size];
        ranks.AllGather<double>([own], all);
        if (ranks.Rank == 0) Console.WriteLine(FormattableString.Invariant($"peak {string.Join(' ', all.Select(v => $"{v / (1 << 20):0}"))} MiB"));

        void Learn(int total)
        {
            // each rank makes its slice alone
            int own = time.StepsOf(total);
            float[] values = new float[own * Inputs];
            for (int i = 0; i < values.Length; i++) values[i] = i % 7 - 3;
            Tensor logits = network.Forward(Tensor.FromArray(values, 1, own, Inputs), time.Walk(1, total));
            parallel.Backward(Loss.CrossEntropy(logits, [1]));
        }
    }

    static long Peak()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
