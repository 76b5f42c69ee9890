using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>W with Wᵀ M(θ) W = I, under which M = 2 Σ A2_i ⊗ a_i ⊗ a_i becomes one of orthonormal directions.</summary>
/// <param name="W">(d_x, K).</param>
/// <param name="Inverse">(d_x, K), W's dual: Wᵀ Inverse = I, and Inverse spans the rows of A1.</param>
/// <param name="Condition">λ_max / λ_min of M(θ) on its range.</param>
/// <param name="Noise">Standard error of λ_min in units of it.</param>
sealed record Whitening(Matrix<double> W, Matrix<double> Inverse, double Condition, double Noise)
{
    const int Ascents = 400;

    /// <summary>Projects on the range of the rows of A1 and whitens by the combination of outputs that stays farthest from singular.</summary>
    /// <param name="m">M, (d_y, d_x, d_x).</param>
    /// <param name="rank">K.</param>
    /// <exception cref="SpectralException">M has a lower rank, or no combination is positive definite.</exception>
    public static Whitening Of(SymmetricSlices m, int rank)
    {
        var svd = m.Unfolded().Svd();
        Spectral.Noise.RequireRank("E[y ⊗ S₂(x)], (d_x, d_y d_x)", svd.S, rank, m.NoiseEdge());
        Matrix<double> range = svd.U.SubMatrix(0, m.Size, 0, rank);
        SymmetricSlices projected = m.Congruent(range);
        return By(projected, range, PositiveCombination(projected));
    }

    /// <summary>Whitens by a given combination.</summary>
    /// <param name="projected">M on the range, (d_y, K, K).</param>
    /// <param name="range">(d_x, K), orthonormal.</param>
    /// <param name="theta">d_y.</param>
    /// <exception cref="SpectralException">The combination is not positive definite.</exception>
    static Whitening By(SymmetricSlices projected, Matrix<double> range, Vector<double> theta)
    {
        var spectrum = projected.Along(theta).Evd(Symmetricity.Symmetric);
        Vector<double> values = spectrum.EigenValues.Real();
        double least = values.Minimum(), noise = projected.NoiseAlong(theta);
        if (!(least > 0))
        {
            throw noise > -least
                ? new SpectralException(SpectralProblem.TooFewSamples, "The least eigenvalue of M(θ) is hidden by its standard error", least, noise)
                : new SpectralException(SpectralProblem.NoPositiveCombination, "No combination θ of the outputs makes M(θ) positive definite, as where A2 θ > 0 has no solution; least eigenvalue", least, noise);
        }
        Matrix<double> roots = Matrix<double>.Build.DenseOfDiagonalVector(values.PointwiseSqrt());
        return new(range * spectrum.EigenVectors * roots.Inverse(), range * spectrum.EigenVectors * roots, values.Maximum() / least, noise / least);
    }

    /// <summary>The unit θ whose M(θ) has the greatest least eigenvalue, a concave function: supergradient ascent, with v the eigenvector, along vᵀ M_l v.</summary>
    static Vector<double> PositiveCombination(SymmetricSlices m)
    {
        Vector<double> theta = Vector<double>.Build.Dense(m.Count, l => m[l].Trace()), best = theta;
        double greatest = double.NegativeInfinity;
        for (int k = 1; k <= Ascents; k++)
        {
            theta /= theta.L2Norm();
            var spectrum = m.Along(theta).Evd(Symmetricity.Symmetric);
            int least = spectrum.EigenValues.Real().MinimumIndex();
            if (spectrum.EigenValues[least].Real > greatest) (greatest, best) = (spectrum.EigenValues[least].Real, theta);
            Vector<double> v = spectrum.EigenVectors.Column(least);
            var ascent = Vector<double>.Build.Dense(m.Count, l => v * (m[l] * v));
            theta += ascent * (1 / (Math.Sqrt(k) * ascent.L2Norm()));
        }
        return best;
    }
}
