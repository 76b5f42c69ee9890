namespace Recurve.AddingProblem;

/// <summary>
/// The adding problem (Hochreiter and Schmidhuber 1997) as Li et al. (2018, arXiv 1803.04831) pose it: each step is a number, uniform in [0, 1), and a marker, which is
/// 1 at one step of the first half and at one of the second; at the end the network is to say the sum of the two marked numbers. Every minibatch is fresh.
/// </summary>
/// <param name="Length">Steps of a sequence, at least 2.</param>
/// <param name="Batch">Sequences in a minibatch.</param>
/// <param name="Seed">With the iteration's number it determines a minibatch, so that a resumed run sees the same data.</param>
sealed record AddingTask(int Length, int Batch, int Seed)
{
    /// <summary>Size of a step.</summary>
    public const int Inputs = 2;

    /// <summary>Mean squared error of the best constant answer, 1: the variance of a sum of two uniform numbers.</summary>
    public const double ConstantAnswer = 1.0 / 6;

    /// <summary>The minibatch of an iteration: inputs (batch, length, 2) and targets (batch, 1).</summary>
    public (Tensor Inputs, Tensor Targets) Minibatch(int iteration)
    {
        RandomSource random = RandomSource.For(Seed, $"minibatch {iteration}");
        float[] inputs = new float[(long)Batch * Length * Inputs];
        float[] targets = new float[Batch];
        for (int b = 0; b < Batch; b++)
        {
            int row = b * Length;
            for (int t = 0; t < Length; t++) inputs[(row + t) * Inputs] = (float)random.NextDouble();
            int half = Length / 2;
            foreach (int marked in (int[])[random.NextInt(half), half + random.NextInt(Length - half)])
            {
                inputs[(row + marked) * Inputs + 1] = 1;
                targets[b] += inputs[(row + marked) * Inputs];
            }
        }
        return (Tensor.FromArray(inputs, Batch, Length, Inputs), Tensor.FromArray(targets, Batch, 1));
    }
}
