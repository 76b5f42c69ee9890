using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>
/// Scores of a Gaussian Markov chain z_t = Φ z_{t−1} + e_t, e ~ N(0, Q), z = x − mean. Seen with both neighbours, Λ₀ = Q⁻¹ + Φᵀ Q⁻¹ Φ, Λ₋₁ = −Q⁻¹ Φ and Λ₁ = −Φᵀ Q⁻¹.
/// </summary>
public sealed class GaussianMarkovScore : GaussianScore
{
    /// <summary>A chain whose law is known.</summary>
    /// <param name="mean">d_x.</param>
    /// <param name="transition">Φ, (d_x, d_x): any matrix; no stationarity is needed.</param>
    /// <param name="innovation">Q, (d_x, d_x), the covariance of e, positive definite.</param>
    /// <exception cref="ArgumentException">The sizes differ, or Q is not symmetric and positive definite.</exception>
    public GaussianMarkovScore(Vector<double> mean, Matrix<double> transition, Matrix<double> innovation)
        : base(mean, Blocks(transition, PrecisionMatrix.Of(innovation, mean.Count, nameof(innovation))))
    {
        (Transition, Innovation) = (transition, innovation);
    }

    /// <summary>Φ.</summary>
    public Matrix<double> Transition { get; }

    /// <summary>Q.</summary>
    public Matrix<double> Innovation { get; }

    /// <summary>A chain fitted to the data by least squares of each step on the one before, in one pass.</summary>
    /// <param name="data">Only the inputs matter.</param>
    /// <param name="combine">Given the sums of these data, adds to them those of other machines; null where there are none.</param>
    /// <param name="cancel">Ends the pass.</param>
    /// <exception cref="SpectralException">There are fewer steps than numbers to fit.</exception>
    public static GaussianMarkovScore Fit(ISequenceSource data, Action<double[]>? combine = null, CancellationToken cancel = default)
    {
        InputStatistics statistics = InputStatistics.Of(data, lags: 1, new(combine, Cancel: cancel));
        Matrix<double> past = statistics.Covariance(1, 1), both = statistics.Covariance(0, 1);
        Matrix<double> transition = past.Solve(both.Transpose()).Transpose();
        Matrix<double> innovation = statistics.Covariance(0, 0) - transition * both.Transpose();
        return new((statistics.Mean(0) + statistics.Mean(1)) / 2, transition, (innovation + innovation.Transpose()) / 2);
    }

    static Matrix<double>[] Blocks(Matrix<double> transition, Matrix<double> inverse)
    {
        ArgumentNullException.ThrowIfNull(transition);
        int size = inverse.RowCount;
        if (transition.RowCount != size || transition.ColumnCount != size)
            throw new ArgumentException($"transition must be ({size}, {size}), but is ({transition.RowCount}, {transition.ColumnCount}).", nameof(transition));
        Matrix<double> forward = inverse * transition;
        return [-forward, inverse + transition.Transpose() * forward, -forward.Transpose()];
    }
}
