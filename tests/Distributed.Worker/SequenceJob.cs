using Recurve.Cells;

namespace Recurve.Distributed.Worker;

/// <summary>One step of training on slices of time, against the same on whole sequences, which every rank also computes.</summary>
static class SequenceJob
{
    const int Batch = 4, Inputs = 3, Units = 6;

    /// <param name="ranks">All; with <paramref name="groups"/> each group takes its sequences.</param>
    /// <param name="steps">Of a sequence.</param>
    /// <param name="groups">Groups of ranks that divide the batch among them.</param>
    /// <param name="scanned">Whether summaries are scanned over the ranks, as among many.</param>
    /// <param name="device">Where both are.</param>
    public static void Compare(Communicator ranks, int steps, int groups, bool scanned, Device device)
    {
        int members = ranks.Size / groups;
        using Communicator group = ranks.Split(ranks.Rank / members), column = ranks.Split(ranks.Rank % members);
        RandomSource random = RandomSource.For(7, "data");
        Tensor Draw(params int[] shape) => Tensor.FromArray([.. Enumerable.Range(0, shape.Aggregate((a, b) => a * b)).Select(_ => (float)random.Normal())], shape).To(device);
        Tensor x = Draw(Batch, steps, Inputs), target = Draw(Batch, steps, Units);
        Tensor resets = Tensor.FromArray([.. Enumerable.Range(0, Batch * steps).Select(i => i % 17 == 5 && i / steps != 1 ? 1f : 0f)], Batch, steps).To(device);
        Sequence[] walks = [new(), new() { Resets = resets }, new() { Lengths = [steps, steps / 2, 3, 0], Reverse = true }];

        foreach (Sequence walk in walks)
        {
            // rotations by |a| near 1: what happened in the first slice is seen in the last, so a wrong order of ranks shows
            Sequential Network()
            {
                Sequential network = new(new Rotation(Inputs, Units), new MinGru(Units, Units), new IndRnnRelu(Units, Units));
                network.Initialize(2);
                network.To(device);
                return network;
            }
            Sequential whole = Network(), sliced = Network();
            Tensor expected = whole.Forward(x, walk);
            Loss.MeanSquaredError(expected, target).Backward();

            DataParallel parallel = new(ranks, sliced);
            SequenceParallel time = new(group) { Scans = scanned ? true : null };
            Shard rows = Shard.Of(Batch, column);
            Sequence own = new()
            {
                Lengths = walk.Lengths?[rows.First..(rows.First + rows.Count)],
                Reverse = walk.Reverse,
                Resets = walk.Resets is { } mask ? rows.Rows(mask) : null,
            };
            var (slice, sequence) = time.Slice(rows.Rows(x), own);
            Traffic before = group.Traffic;
            Tensor y = sliced.Forward(slice, sequence);
            Tensor wanted = time.Slice(rows.Rows(target)), found = time.Slice(rows.Rows(expected.Detach()));
            double share = rows.Share * time.StepsOf(steps) / steps;
            parallel.Backward(Loss.MeanSquaredError(y, wanted), share);
            Near("outputs", found.ToArray(), y.ToArray());
            foreach (var (one, other) in whole.Parameters.Zip(sliced.Parameters)) Near($"gradient of {one.Name}", one.Grad!.ToArray(), other.Grad!.ToArray());
            if (ranks.Rank == 0) Console.WriteLine($"gathered {(group.Traffic - before).AllGather} in {steps} steps");
        }
    }

    /// <summary>Steps of gradient descent on slices, and on whole sequences: the weights are the same. Here are the classes that <see cref="Compare"/> has not.</summary>
    public static void Descend(Communicator ranks, Device device)
    {
        const int steps = 60, iterations = 5;
        SequenceParallel time = new(ranks);
        // states that keep their norm: what the first slice makes of the first inputs is seen in the last
        Sequential Network()
        {
            Sequential network = new(
                new Fsmn(Inputs, Units), new Rotation(Units, Units), new LinearReservoir(Units, Units, Units), new LayerNorm(Units), new Viterbi(Units, Units),
                new SoftViterbi(Units, Units), new LayerNorm(Units), new LastStep(), new Linear(Units, 1));
            network.Initialize(4);
            SequenceBits.Slow((Rotation)network.Tree().Single(m => m.Module is Rotation).Module);
            network.To(device);
            return network;
        }
        Sequential whole = Network(), sliced = Network();
        DataParallel parallel = new(ranks, sliced);
        Sgd one = new(whole.Parameters, learningRate: 0.02, momentum: 0.9), other = new(sliced.Parameters, learningRate: 0.02, momentum: 0.9);
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            RandomSource random = RandomSource.For(9, $"minibatch {iteration}");
            Tensor x = Tensor.FromArray([.. Enumerable.Range(0, Batch * steps * Inputs).Select(_ => (float)random.Normal())], Batch, steps, Inputs).To(device);
            Tensor target = Tensor.FromArray([.. Enumerable.Range(0, Batch).Select(_ => (float)random.Normal())], Batch, 1).To(device);
            one.ZeroGrad();
            Loss.MeanSquaredError(whole.Forward(x), target).Backward();
            one.Step();
            other.ZeroGrad();
            var (slice, sequence) = time.Slice(x, null);
            parallel.Backward(Loss.MeanSquaredError(sliced.Forward(slice, sequence), target));
            other.Step();
        }
        foreach (var (a, b) in whole.Parameters.Zip(sliced.Parameters)) Near($"weights {a.Name}", a.Value.ToArray(), b.Value.ToArray());
    }

    public static void StepByStep(Communicator ranks)
    {
        var (slice, sequence) = new SequenceParallel(ranks).Slice(Tensor.Zeros(1, 8, Inputs), null);
        new Gru(Inputs, Units).Forward(slice, sequence);
    }

    static void Near(string what, float[] expected, float[] actual)
    {
        double distance = Math.Sqrt(expected.Zip(actual, (a, b) => Math.Pow(a - b, 2)).Sum()), length = Math.Sqrt(expected.Sum(a => (double)a * a));
        if (!(distance <= 1e-5 * length + 1e-9)) throw new InvalidOperationException($"The {what} differ by {distance / length:E1}.");
    }
}
