using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>Scores of steps that are drawn independently of each other, from one density: the base for one of your own.</summary>
public abstract class IndependentScore : IScoreFunction
{
    /// <inheritdoc/>
    public abstract int Inputs { get; }

    /// <summary>0.</summary>
    public int Reach => 0;

    /// <inheritdoc/>
    public abstract void First(Steps x, Span<double> s);

    /// <inheritdoc/>
    public abstract void Second(Steps x, Span<double> s);

    /// <summary>S₁,₂ = S₁(x_t) ⊗ S₂(x_{t+shift}), because the density of both is a product.</summary>
    public void Mixed(Steps x, int shift, Matrix<double> a, Span<double> s)
    {
        int n = x.Count, count = a.RowCount;
        double[] first = new double[Inputs * n], second = new double[Inputs * (Inputs + 1) / 2 * n], along = new double[n], square = new double[n];
        First(x, first);
        Second(x.Shift(shift), second);
        // a row of the result holds a_i S₁ until its last factor
        for (int i = 0; i < count; i++)
        {
            Array.Clear(along);
            for (int k = 0; k < Inputs; k++) Rows.Add(a[i, k], Rows.Of(first.AsSpan(), k, n), along);
            for (int j = 0; j < count; j++) along.CopyTo(Rows.Of(s, i * count + j, n));
        }
        for (int j = 0; j < count; j++)
        {
            Array.Clear(square);
            for (int k = 0, entry = 0; k < Inputs; k++)
            {
                for (int l = k; l < Inputs; l++, entry++)
                    Rows.Add((k == l ? 1 : 2) * a[j, k] * a[j, l], Rows.Of(second.AsSpan(), entry, n), square);
            }
            for (int i = 0; i < count; i++)
            {
                Span<double> row = Rows.Of(s, i * count + j, n);
                Rows.Product(row, square, 0, row);
            }
        }
    }
}
