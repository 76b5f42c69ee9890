using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>Precision matrices.</summary>
static class PrecisionMatrix
{
    /// <summary>The inverse of a covariance, exactly symmetric.</summary>
    /// <exception cref="ArgumentException">It is not a square of this size, symmetric and positive definite.</exception>
    public static Matrix<double> Of(Matrix<double> covariance, int size, string name)
    {
        ArgumentNullException.ThrowIfNull(covariance, name);
        if (covariance.RowCount != size || covariance.ColumnCount != size)
            throw new ArgumentException($"{name} must be ({size}, {size}), but is ({covariance.RowCount}, {covariance.ColumnCount}).", name);
        double scale = covariance.L2Norm();
        if (!((covariance - covariance.Transpose()).L2Norm() <= 1e-12 * scale)) throw new ArgumentException($"{name} must be symmetric.", name);
        Vector<double> spectrum = covariance.Evd(Symmetricity.Symmetric).EigenValues.Real();
        if (!(spectrum.Minimum() > 1e-13 * scale))
            throw new ArgumentException($"{name} must be positive definite, but has an eigenvalue of {spectrum.Minimum():G3} beside one of {spectrum.Maximum():G3}.", name);
        Matrix<double> inverse = covariance.Inverse();
        return (inverse + inverse.Transpose()) / 2;
    }
}
