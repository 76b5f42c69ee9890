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

    /// <summary>Whitens by the combination of outputs that stays farthest from singular; null where none is positive definite.</summary>
    /// <param name="projected">M on the range of the rows of A1, (d_y, K, K).</param>
    /// <param name="range">(d_x, K), orthonormal.</param>
    /// <param name="least">The least eigenvalue of M(θ) for the unit θ whose one is greatest.</param>
    /// <exception cref="SpectralException">Whether it is positive is hidden by errors.</exception>
    public static Whitening? Of(SymmetricSlices projected, Matrix<double> range, out double least)
    {
        Vector<double> theta = PositiveCombination(projected);
        var spectrum = projected.Along(theta).Evd(Symmetricity.Symmetric);
        Vector<double> values = spectrum.EigenValues.Real();
        double noise = projected.NoiseAlong(theta);
        least = values.Minimum();
        if (least <= 0 && noise > -least)
            throw new SpectralException(SpectralProblem.TooFewSamples, "The least eigenvalue of M(θ) is hidden by its standard error", least, noise);
        if (!(least > 0)) return null;
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
