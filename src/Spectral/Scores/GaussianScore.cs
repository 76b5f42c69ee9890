using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>
/// Scores of a stationary Gaussian process. With z = x − mean and Λ_k the block of the joint precision between a step and the one k later, S₁ = Σ_k Λ_k z_{t+k}
/// and ∇_t ∇_{t+k} log p = −Λ_k; third derivatives of log p vanish, so S₂ = S₁ S₁ᵀ − Λ₀ and S₁,₂ = s_a s_b s_c + H_ab s_c + H_ac s_b + H_bc s_a (the Hermite polynomials).
/// </summary>
public abstract class GaussianScore : IScoreFunction
{
    readonly Vector<double> offset;
    readonly Matrix<double>[] precision;

    /// <param name="mean">d_x.</param>
    /// <param name="precision">Λ_k for k = −Reach … Reach, each (d_x, d_x).</param>
    private protected GaussianScore(Vector<double> mean, Matrix<double>[] precision)
    {
        this.precision = precision;
        offset = precision.Aggregate(mean * 0, (sum, block) => sum - block * mean);
    }

    /// <inheritdoc/>
    public int Inputs => offset.Count;

    /// <inheritdoc/>
    public int Reach => precision.Length / 2;

    /// <inheritdoc/>
    public void First(Steps x, Span<double> s) => Along(x, Matrix<double>.Build.DenseIdentity(Inputs), s);

    /// <inheritdoc/>
    public void Second(Steps x, Span<double> s)
    {
        int n = x.Count;
        double[] first = new double[Inputs * n];
        First(x, first);
        for (int i = 0, entry = 0; i < Inputs; i++)
        {
            for (int j = i; j < Inputs; j++, entry++)
                Rows.Product(Rows.Of(first.AsSpan(), i, n), Rows.Of(first.AsSpan(), j, n), -Precision(0)[i, j], Rows.Of(s, entry, n));
        }
    }

    /// <inheritdoc/>
    public void Mixed(Steps x, int shift, Matrix<double> a, Span<double> s)
    {
        int n = x.Count, count = a.RowCount;
        double[] here = new double[count * n], there = new double[count * n], square = new double[n];
        Along(x, a, here);
        Along(x.Shift(shift), a, there);
        // of a pair of directions: at the neighbour, and across both steps
        Matrix<double> within = a * Precision(0) * a.Transpose(), across = a * Precision(shift) * a.Transpose();
        for (int j = 0; j < count; j++)
        {
            ReadOnlySpan<double> neighbour = Rows.Of(there.AsSpan(), j, n);
            Rows.Product(neighbour, neighbour, -within[j, j], square);
            for (int i = 0; i < count; i++)
            {
                Span<double> row = Rows.Of(s, i * count + j, n);
                Rows.Product(Rows.Of(here.AsSpan(), i, n), square, 0, row);
                if (across[i, j] != 0) Rows.Add(-2 * across[i, j], neighbour, row);
            }
        }
    }

    /// <summary>Λ_k; zero beyond <see cref="Reach"/>.</summary>
    internal Matrix<double> Precision(int k) => Math.Abs(k) <= Reach ? precision[k + Reach] : Matrix<double>.Build.Dense(Inputs, Inputs);

    /// <summary>a_i · S₁, (count, n).</summary>
    void Along(Steps x, Matrix<double> a, Span<double> s)
    {
        int n = x.Count;
        Vector<double> constant = a * offset;
        for (int i = 0; i < a.RowCount; i++) Rows.Of(s, i, n).Fill(constant[i]);
        for (int k = -Reach; k <= Reach; k++)
        {
            Matrix<double> taps = a * Precision(k);
            for (int i = 0; i < a.RowCount; i++)
                for (int j = 0; j < Inputs; j++)
                    if (taps[i, j] != 0) Rows.Add(taps[i, j], x[j, k], Rows.Of(s, i, n));
        }
    }
}
