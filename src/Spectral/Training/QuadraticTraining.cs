using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>A pass for the second moment, which gives A1 and A2, and one for the mixed moment along them, which gives U.</summary>
static class QuadraticTraining
{
    /// <summary>The halves of the network, forward first, and the steps that were summed.</summary>
    /// <param name="data">Sequences.</param>
    /// <param name="score">Of the inputs.</param>
    /// <param name="units">d_h of each half.</param>
    /// <param name="method">How to decompose.</param>
    /// <param name="seed">Of the power method's starts.</param>
    /// <param name="pass">How to read.</param>
    /// <param name="steps">Receives the conditioning.</param>
    public static (IoRnnParameters[] Halves, long Samples) Run(
        ISequenceSource data, IScoreFunction score, int[] units, Decomposition method, int seed, DataPass pass, List<RecoveryStep> steps)
    {
        QuadraticRecovery.RequireSizes(units.Sum(), data.Inputs, data.Outputs, method);
        SecondMoment second = new(score, data.Outputs);
        double[] sums = pass.SumEnough(data, second, "second moment");
        var (a1, a2) = QuadraticRecovery.Directions(second.Estimate(sums), units.Sum(), method, seed, steps);
        MixedMoment mixed = new(score, a1, a2, units.Length > 1 ? [-1, 1] : [-1]);
        var r = mixed.Estimate(pass.SumEnough(data, mixed, "mixed moment"));
        int[][] members = units.Length > 1 ? QuadraticRecovery.Sides(r, a1, a2, units[0], steps) : [[.. Enumerable.Range(0, units[0])]];
        IoRnnParameters[] halves = [.. members.Select((of, side) =>
        {
            Matrix<double> rows = Rows(a1, of), outputs = Rows(a2, of);
            Matrix<double> Block(Matrix<double> all) => Matrix<double>.Build.Dense(of.Length, of.Length, (i, j) => all[of[i], of[j]]);
            return new IoRnnParameters(rows, outputs, QuadraticRecovery.Recurrence((Block(r[side].Mean), Block(r[side].StandardError)), rows, outputs, steps)).Normalised();
        })];
        return (halves, (long)sums[0]);
    }

    static Matrix<double> Rows(Matrix<double> of, int[] rows) => Matrix<double>.Build.DenseOfRowVectors(rows.Select(of.Row));
}
