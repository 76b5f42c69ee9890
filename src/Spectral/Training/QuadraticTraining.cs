using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>
/// A pass for the second moment, which gives A1 and A2, and one for the mixed moment along them, which gives U; then, as often as asked, both again from what the network so far leaves of the
/// outputs, whose moments are the errors of the network's own.
/// </summary>
/// <param name="data">Sequences.</param>
/// <param name="score">Of the inputs.</param>
/// <param name="units">d_h of each half.</param>
/// <param name="method">How to decompose.</param>
/// <param name="seed">Of the power method's starts.</param>
/// <param name="pass">How to read.</param>
sealed class QuadraticTraining(ISequenceSource data, IScoreFunction score, int[] units, Decomposition method, int seed, DataPass pass)
{
    /// <summary>The halves of the network, forward first, the steps that were summed, and the conditioning of the last recovery.</summary>
    /// <param name="corrections">How often.</param>
    public (IoRnnParameters[] Halves, SpectralReport Report) Run(int corrections)
    {
        QuadraticRecovery.RequireSizes(units.Sum(), data.Inputs, data.Outputs, method);
        var (halves, report) = Recover(null);
        for (int i = 0; i < corrections; i++) (halves, report) = Recover(halves);
        return (halves, report);
    }

    (IoRnnParameters[] Halves, SpectralReport Report) Recover(IoRnnParameters[]? known)
    {
        List<RecoveryStep> steps = [];
        ISequenceSource left = known is null ? data : new NetworkResidual(data, Activation.Quadratic, known);
        string what = known is null ? "" : "error of the ";
        SecondMoment second = new(score, data.Outputs);
        double[] sums = pass.SumEnough(left, second, $"{what}second moment");
        SymmetricSlices m = second.Estimate(sums);
        var (a1, a2) = QuadraticRecovery.Directions(known is null ? m : m.Plus(l => known.Aggregate(m[l] * 0, (sum, half) => sum + half.SecondMoment(l))), units.Sum(), method, seed, steps);
        MixedMoment mixed = new(score, a1, a2, units.Length > 1 ? [-1, 1] : [-1], explained: known is null);
        var r = mixed.Estimate(pass.SumEnough(left, mixed, $"{what}mixed moment"));
        if (known is not null) r = [.. r.Zip(known, (error, half) => (error.Mean + half.MixedMoment(a1, a2), error.StandardError))];
        int[][] members = units.Length > 1 ? QuadraticRecovery.Sides(r, a1, a2, units[0], steps) : [[.. Enumerable.Range(0, units[0])]];
        return ([.. members.Select((of, side) =>
        {
            Matrix<double> rows = Rows(a1, of), outputs = Rows(a2, of);
            Matrix<double> Block(Matrix<double> all) => Matrix<double>.Build.Dense(of.Length, of.Length, (i, j) => all[of[i], of[j]]);
            return new IoRnnParameters(rows, outputs, QuadraticRecovery.Recurrence((Block(r[side].Mean), Block(r[side].StandardError)), rows, outputs, steps)).Normalised();
        })], new((long)sums[0], steps));
    }

    static Matrix<double> Rows(Matrix<double> of, int[] rows) => Matrix<double>.Build.DenseOfRowVectors(rows.Select(of.Row));
}
