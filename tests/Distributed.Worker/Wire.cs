namespace Recurve.Distributed.Worker;

/// <summary>Data parallel steps of a model, for whoever counts what the processes send each other.</summary>
static class Wire
{
    const int Units = 256;

    /// <summary>So many steps; rank 0 says how many bytes of buffers each reduced.</summary>
    public static void Step(Communicator ranks, int steps)
    {
        Sequential network = new(new Linear(Units, Units), new Linear(Units, Units));
        network.Initialize(1);
        DataParallel parallel = new(ranks, network);
        Traffic before = ranks.Traffic;
        for (int step = 0; step < steps; step++)
        {
            Tensor x = Tensor.FromArray([.. Enumerable.Repeat(1f, Units)], 1, Units);
            parallel.Backward(Loss.MeanSquaredError(network.Forward(x), Tensor.Zeros(1, Units)));
        }
        if (ranks.Rank == 0) Console.WriteLine(FormattableString.Invariant($"reduced {(ranks.Traffic - before).AllReduce}"));
    }
}
