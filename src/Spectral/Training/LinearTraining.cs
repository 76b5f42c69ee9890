namespace Recurve.Spectral;

/// <summary>One pass for the impulse response of a linear network, then its realisation.</summary>
static class LinearTraining
{
    /// <summary>The halves of the network, forward first, and the steps that were summed.</summary>
    /// <param name="data">Sequences.</param>
    /// <param name="score">Of the inputs.</param>
    /// <param name="units">d_h of each half.</param>
    /// <param name="hankelBlocks">Block rows of the Hankel matrix; null: one more than units.</param>
    /// <param name="pass">How to read.</param>
    /// <param name="steps">Receives the conditioning.</param>
    public static (IoRnnParameters[] Halves, long Samples) Run(
        ISequenceSource data, IScoreFunction score, int[] units, int? hankelBlocks, DataPass pass, List<RecoveryStep> steps)
    {
        int needed = units.Max(), blocks = hankelBlocks ?? needed + 1;
        if (blocks < 1 || (long)blocks * Math.Min(data.Inputs, data.Outputs) < needed)
            throw new ArgumentException($"A Hankel matrix of {blocks} blocks of {data.Outputs}×{data.Inputs} cannot have the rank {needed}; HankelBlocks must be larger.", nameof(hankelBlocks));
        bool bidirectional = units.Length > 1;
        LagMoment moment = new(score, data.Outputs, bidirectional ? 2 * blocks : 2 * blocks - 1, bidirectional ? 2 * blocks : 0);
        double[] sums = pass.SumEnough(data, moment, "impulse response");
        LinearRecovery.ImpulseResponse g = moment.Estimate(sums);
        return (bidirectional ? LinearRecovery.Bidirectional(g, units, blocks, steps) : [LinearRecovery.Causal(g, units[0], blocks, steps)], (long)sums[0]);
    }
}
