using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>Scores of Gaussian steps that are independent of each other: Λ₀ is the inverse of their covariance.</summary>
public sealed class WhiteGaussianScore : GaussianScore
{
    /// <summary>Standard normal steps.</summary>
    /// <param name="inputs">d_x.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public WhiteGaussianScore(int inputs) : this(Vector<double>.Build.Dense(inputs), Matrix<double>.Build.DenseIdentity(inputs))
    {
    }

    /// <summary>Steps of a known distribution.</summary>
    /// <param name="mean">d_x.</param>
    /// <param name="covariance">(d_x, d_x), positive definite.</param>
    /// <exception cref="ArgumentException">The sizes differ, or the covariance is not symmetric and positive definite.</exception>
    public WhiteGaussianScore(Vector<double> mean, Matrix<double> covariance) : base(mean, [PrecisionMatrix.Of(covariance, mean.Count, nameof(covariance))])
    {
    }

    /// <summary>Steps whose mean and covariance are those of the data, in one pass.</summary>
    /// <param name="data">Only the inputs matter.</param>
    /// <param name="combine">Given the sums of these data, adds to them those of other machines; null where there are none.</param>
    /// <param name="cancel">Ends the pass.</param>
    /// <exception cref="SpectralException">There are fewer steps than numbers to fit.</exception>
    public static WhiteGaussianScore Fit(ISequenceSource data, Action<double[]>? combine = null, CancellationToken cancel = default)
    {
        InputStatistics statistics = InputStatistics.Of(data, lags: 0, new(combine, Cancel: cancel));
        return new(statistics.Mean(0), statistics.Covariance(0, 0));
    }
}
