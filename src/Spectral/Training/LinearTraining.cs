namespace Recurve.Spectral;

/// <summary>
/// A pass for the impulse response of a linear network and one for its error, from what the first leaves unexplained; then its realisation.
/// </summary>
static class LinearTraining
{
    /// <summary>The halves of the network, forward first, the steps that were summed, and the conditioning.</summary>
    /// <param name="data">Sequences.</param>
    /// <param name="score">Of the inputs.</param>
    /// <param name="units">d_h of each half.</param>
    /// <param name="hankelBlocks">Block rows of the Hankel matrix; null: one more than units.</param>
    /// <param name="pass">How to read.</param>
    public static (IoRnnParameters[] Halves, SpectralReport Report) Run(ISequenceSource data, IScoreFunction score, int[] units, int? hankelBlocks, DataPass pass)
    {
        List<RecoveryStep> steps = [];
        int needed = units.Max(), blocks = hankelBlocks ?? needed + 1;
        if (blocks < 1 || (long)blocks * Math.Min(data.Inputs, data.Outputs) < needed)
            throw new ArgumentException($"A Hankel matrix of {blocks} blocks of {data.Outputs}×{data.Inputs} cannot have the rank {needed}; HankelBlocks must be larger.", nameof(hankelBlocks));
        bool bidirectional = units.Length > 1;
        int before = bidirectional ? 2 * blocks : 2 * blocks - 1, after = bidirectional ? 2 * blocks : 0;
        LagMoment moment = new(score, data.Outputs, before, after);
        double[] sums = pass.SumEnough(data, moment, "impulse response");
        LinearRecovery.ImpulseResponse rough = moment.Estimate(sums);
        FilterResidual left = new(data, -after, [.. Enumerable.Range(-after, before + 1 + after).Select(k => rough(k).Mean)]);
        LinearRecovery.ImpulseResponse error = moment.Estimate(pass.SumEnough(left, moment, "error of the impulse response"));
        LinearRecovery.ImpulseResponse g = k => (rough(k).Mean + error(k).Mean, error(k).StandardError);
        return (bidirectional ? LinearRecovery.Bidirectional(g, units, blocks, steps) : [LinearRecovery.Causal(g, units[0], blocks, steps)], new((long)sums[0], steps));
    }
}
