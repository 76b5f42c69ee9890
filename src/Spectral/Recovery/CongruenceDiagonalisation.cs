using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>
/// Directions of slices M_l = Ã diag(c_l) Ãᵀ where no combination of them is positive definite, so that none whitens: eigenvectors of a pencil of two combinations, M(θ₂) M(θ₁)⁻¹ = Ã diag Ã⁻¹,
/// then the diagonalisation of all slices at once by a matrix that need not be orthogonal (FFDIAG; Ziehe, Laskov, Nolte and Müller 2004).
/// </summary>
static class CongruenceDiagonalisation
{
    const int Pencils = 50, Sweeps = 200;
    const double LongestStep = 0.5;

    // sin² of the angle of two rows of A2 that rounding makes of none
    const double Parallel = 1e-12;

    /// <summary>Ã, (K, K), with unit columns.</summary>
    /// <param name="projected">M on the range of the rows of A1, (d_y, K, K).</param>
    /// <param name="seed">Of the pencils.</param>
    /// <param name="error">The largest standard error of the angle between two columns, in radians; infinite where two are not told apart.</param>
    /// <exception cref="SpectralException">No pencil has real eigenvalues.</exception>
    public static Matrix<double> Of(SymmetricSlices projected, int seed, out double error)
    {
        Matrix<double> v = Start(projected, RandomSource.For(seed, "pencils")).Inverse();
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            Matrix<double> w = Step(projected.Congruent(v.Transpose()));
            double length = w.FrobeniusNorm();
            v += (length > LongestStep ? LongestStep / length : 1) * (w * v);
            if (length < 1e-14) break;
        }
        Matrix<double> found = v.Inverse().NormalizeColumns(2);
        error = AngleError(projected.Congruent(found.Inverse().Transpose()));
        return found;
    }

    /// <summary>The eigenvectors of the pencil whose eigenvalues lie farthest apart for its condition.</summary>
    static Matrix<double> Start(SymmetricSlices m, RandomSource random)
    {
        Matrix<double>? best = null;
        double quality = 0;
        for (int i = 0; i < Pencils; i++)
        {
            Vector<double> Draw() => Vector<double>.Build.Dense(m.Count, _ => random.Normal()).Normalize(2);
            var first = m.Along(Draw()).Svd();
            var pencil = first.Solve(m.Along(Draw())).Transpose().Evd(Symmetricity.Asymmetric);
            double largest = pencil.EigenValues.AbsoluteMaximum().Magnitude;
            if (pencil.EigenValues.Any(value => Math.Abs(value.Imaginary) > 1e-12 * largest)) continue;
            double[] values = [.. pencil.EigenValues.Real().Order()];
            double apart = values.Zip(values.Skip(1), (a, b) => b - a).DefaultIfEmpty(largest).Min() / (largest * first.ConditionNumber);
            if (apart > quality) (quality, best) = (apart, pencil.EigenVectors.NormalizeColumns(2));
        }
        return best ?? throw new SpectralException(
            SpectralProblem.NotSeparated, $"No pencil of two combinations of the outputs has {m.Size} different real eigenvalues; best relative distance", quality, double.Epsilon);
    }

    /// <summary>W for which (I + W) N_l (I + W)ᵀ is diagonal to first order, in the least-squares sense for each pair: W_ij d_lj + W_ji d_li = −N_l,ij.</summary>
    static Matrix<double> Step(SymmetricSlices slices)
    {
        Matrix<double> w = Matrix<double>.Build.Dense(slices.Size, slices.Size);
        for (int i = 0; i < slices.Size; i++)
        {
            for (int j = i + 1; j < slices.Size; j++)
            {
                var (ii, ij, jj) = Products(slices, i, j);
                double byJ = 0, byI = 0, determinant = ii * jj - ij * ij;
                for (int l = 0; l < slices.Count; l++)
                {
                    byJ += slices[l][j, j] * slices[l][i, j];
                    byI += slices[l][i, i] * slices[l][i, j];
                }
                if (!(determinant > 0)) continue;
                w[i, j] = (ij * byI - ii * byJ) / determinant;
                w[j, i] = (ij * byJ - jj * byI) / determinant;
            }
        }
        return w;
    }

    static double AngleError(SymmetricSlices slices)
    {
        double largest = 0;
        for (int i = 0; i < slices.Size; i++)
        {
            for (int j = i + 1; j < slices.Size; j++)
            {
                var (ii, ij, jj) = Products(slices, i, j);
                double determinant = ii * jj - ij * ij, variance = Enumerable.Range(0, slices.Count).Average(l => slices.Error(l, i, j) * slices.Error(l, i, j));
                largest = Math.Max(largest, determinant > Parallel * ii * jj ? Math.Sqrt(variance * Math.Max(ii, jj) / determinant) : double.PositiveInfinity);
            }
        }
        return largest;
    }

    /// <summary>Σ_l d_li d_li, Σ_l d_li d_lj, Σ_l d_lj d_lj with d the diagonals.</summary>
    static (double II, double IJ, double JJ) Products(SymmetricSlices slices, int i, int j)
    {
        double ii = 0, ij = 0, jj = 0;
        for (int l = 0; l < slices.Count; l++)
        {
            double di = slices[l][i, i], dj = slices[l][j, j];
            (ii, ij, jj) = (ii + di * di, ij + di * dj, jj + dj * dj);
        }
        return (ii, ij, jj);
    }
}
