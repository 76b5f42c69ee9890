using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>A tensor (d_y, n, n) as symmetric slices M_l, with the standard errors of their entries.</summary>
sealed class SymmetricSlices(Matrix<double>[] slices, Matrix<double>[] errors)
{
    /// <summary>d_y.</summary>
    public int Count => slices.Length;

    /// <summary>n.</summary>
    public int Size => slices[0].RowCount;

    /// <summary>M_l.</summary>
    public Matrix<double> this[int l] => slices[l];

    /// <summary>With something known added to each slice.</summary>
    public SymmetricSlices Plus(Func<int, Matrix<double>> known) => new([.. slices.Select((m, l) => m + known(l))], errors);

    /// <summary>M(θ, ·, ·) = Σ_l θ_l M_l.</summary>
    public Matrix<double> Along(Vector<double> theta) => theta.Select((weight, l) => weight * slices[l]).Aggregate((a, b) => a + b);

    /// <summary>M(·, W, W): slices Wᵀ M_l W, the errors taken for independent.</summary>
    public SymmetricSlices Congruent(Matrix<double> w)
    {
        Matrix<double> squares = w.PointwisePower(2);
        return new([.. slices.Select(m => w.TransposeThisAndMultiply(m) * w)],
            [.. errors.Select(e => (squares.TransposeThisAndMultiply(e.PointwisePower(2)) * squares).PointwiseSqrt())]);
    }

    /// <summary>(n, d_y n): the slices side by side.</summary>
    public Matrix<double> Unfolded() => slices.Aggregate((a, b) => a.Append(b));

    /// <summary>The largest singular value that the errors alone would give the unfolded tensor: σ (√rows + √columns) for entries of deviation σ (Bai and Yin 1993).</summary>
    public double NoiseEdge() => Noise.Edge(errors.Aggregate((a, b) => a.Append(b)));

    /// <summary>Standard error of the smallest eigenvalue of M(θ, ·, ·), about.</summary>
    public double NoiseAlong(Vector<double> theta)
        => Noise.Edge(theta.Select((weight, l) => weight * weight * errors[l].PointwisePower(2)).Aggregate((a, b) => a + b).PointwiseSqrt());

    /// <summary>Standard error of entry (i, j) of M_l.</summary>
    public double Error(int l, int i, int j) => errors[l][i, j];
}
