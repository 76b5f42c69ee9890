using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>
/// Sums for the covariance of responses r and features f, E[(r − r̄) f]: features here are scores, whose mean is zero, so centring the responses changes no expectation and only lowers the variance.
/// The scatter of the sums of blocks about it gives a standard error that is right for steps that depend on each other, too, as long as blocks hardly do.
/// </summary>
/// <param name="responses">R.</param>
/// <param name="features">F, for each response.</param>
/// <param name="shared">Whether the responses have the same F features; otherwise response i has those at i F.</param>
sealed class CrossSums(int responses, int features, bool shared)
{
    readonly int distinct = shared ? features : responses * features, products = responses * features;

    /// <summary>Numbers that are kept: n, n², r, f, r f, and c², n c of the blocks, where c is a block's centred r f.</summary>
    public int Size => 2 + responses + distinct + 3 * products;

    /// <summary>Adds a block.</summary>
    /// <param name="r">(R, n).</param>
    /// <param name="f">(F, n), or (R F, n).</param>
    /// <param name="n">Steps.</param>
    /// <param name="sums">Of this layout.</param>
    public void Add(ReadOnlySpan<double> r, ReadOnlySpan<double> f, int n, Span<double> sums)
    {
        sums[0] += n;
        sums[1] += (double)n * n;
        Span<double> ofR = sums.Slice(2, responses), ofF = sums.Slice(2 + responses, distinct), cross = sums.Slice(2 + responses + distinct, 3 * products);
        for (int j = 0; j < distinct; j++)
        {
            ReadOnlySpan<double> feature = Rows.Of(f, j, n);
            double sumOfF = Rows.Sum(feature);
            ofF[j] += sumOfF;
            for (int i = shared ? 0 : j / features; i < (shared ? responses : j / features + 1); i++)
            {
                ReadOnlySpan<double> response = Rows.Of(r, i, n);
                double sumOfR = Rows.Sum(response);
                if (j == (shared ? 0 : i * features)) ofR[i] += sumOfR;
                int entry = shared ? i * features + j : j;
                double product = Rows.Dot(response, feature), centred = product - sumOfR * sumOfF / n;
                cross[entry] += product;
                cross[products + entry] += centred * centred;
                cross[2 * products + entry] += n * centred;
            }
        }
    }

    /// <summary>E[(r − r̄) f], (R, F), and the standard error of each entry.</summary>
    public (Matrix<double> Mean, Matrix<double> StandardError) Estimate(double[] sums)
    {
        double n = sums[0];
        double Entry(int i, int j, int kind) => sums[2 + responses + distinct + kind * products + i * features + j];
        double Mean(int i, int j) => (Entry(i, j, 0) - sums[2 + i] * sums[2 + responses + (shared ? j : i * features + j)] / n) / n;
        var mean = Matrix<double>.Build.Dense(responses, features, Mean);
        var error = Matrix<double>.Build.Dense(responses, features, (i, j) =>
            Math.Sqrt(Math.Max(Entry(i, j, 1) - 2 * mean[i, j] * Entry(i, j, 2) + mean[i, j] * mean[i, j] * sums[1], 0)) / n);
        return (mean, error);
    }
}
