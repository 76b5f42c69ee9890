using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>
/// The orthogonal V for which all Vᵀ N_l V are as diagonal as they can be, by plane rotations, each by the angle that is best for all slices at once (Cardoso and Souloumiac 1996).
/// </summary>
static class JointDiagonalisation
{
    const int Sweeps = 100;

    /// <summary>V, (K, K): its columns are the common eigenvectors.</summary>
    public static Matrix<double> Of(SymmetricSlices whitened)
    {
        int size = whitened.Size;
        Matrix<double>[] slices = [.. Enumerable.Range(0, whitened.Count).Select(l => whitened[l].Clone())];
        Matrix<double> v = Matrix<double>.Build.DenseIdentity(size);
        double largest = double.MaxValue;
        for (int sweep = 0; sweep < Sweeps && largest > 1e-15; sweep++)
        {
            largest = 0;
            for (int p = 0; p < size; p++)
            {
                for (int q = p + 1; q < size; q++)
                {
                    double angle = Angle(slices, p, q);
                    largest = Math.Max(largest, Math.Abs(angle));
                    double c = Math.Cos(angle), s = Math.Sin(angle);
                    foreach (Matrix<double> slice in slices)
                    {
                        RotateColumns(slice, p, q, c, s);
                        RotateRows(slice, p, q, c, s);
                    }
                    RotateColumns(v, p, q, c, s);
                }
            }
        }
        return v;
    }

    static double Angle(Matrix<double>[] slices, int p, int q)
    {
        double diagonal = 0, off = 0;
        foreach (Matrix<double> m in slices)
        {
            double difference = m[p, p] - m[q, q], sum = 2 * m[p, q];
            diagonal += difference * difference - sum * sum;
            off += 2 * difference * sum;
        }
        // half the angle of the dominant eigenvector of the 2×2 matrix of (difference, sum) products
        return 0.5 * Math.Atan2(off, diagonal + Math.Sqrt(diagonal * diagonal + off * off));
    }

    static void RotateColumns(Matrix<double> m, int p, int q, double c, double s)
    {
        for (int i = 0; i < m.RowCount; i++) (m[i, p], m[i, q]) = (c * m[i, p] + s * m[i, q], c * m[i, q] - s * m[i, p]);
    }

    static void RotateRows(Matrix<double> m, int p, int q, double c, double s)
    {
        for (int i = 0; i < m.ColumnCount; i++) (m[p, i], m[q, i]) = (c * m[p, i] + s * m[q, i], c * m[q, i] - s * m[p, i]);
    }
}
