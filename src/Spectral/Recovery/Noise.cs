using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>What standard errors of entries mean for singular values.</summary>
static class Noise
{
    /// <summary>The largest singular value of a matrix of errors alone, σ (√rows + √columns) with the errors' root mean square σ (Bai and Yin 1993).</summary>
    public static double Edge(Matrix<double> errors)
        => errors.FrobeniusNorm() * (1 / Math.Sqrt(errors.RowCount) + 1 / Math.Sqrt(errors.ColumnCount));

    /// <summary>The rank that a network of this many units needs, or an error that says whether the samples or the network are to blame.</summary>
    /// <param name="what">The matrix.</param>
    /// <param name="singular">Its singular values, falling.</param>
    /// <param name="rank">The rank that is needed.</param>
    /// <param name="edge">What errors alone would give.</param>
    /// <exception cref="SpectralException">The last singular value that is needed does not stand out of the errors.</exception>
    public static void RequireRank(string what, Vector<double> singular, int rank, double edge)
    {
        const double Negligible = 0.01;
        double floor = Math.Max(edge, 1e-12 * singular[0]);
        if (singular[rank - 1] > floor) return;
        throw edge > Negligible * singular[0]
            ? new SpectralException(SpectralProblem.TooFewSamples, $"Singular value {rank} of {what} does not stand out of its standard error", singular[rank - 1], floor)
            : new SpectralException(SpectralProblem.RankDeficient, $"{what} has a rank below {rank}: singular value {rank} beside {singular[0]:G4} for the first", singular[rank - 1], floor);
    }
}
