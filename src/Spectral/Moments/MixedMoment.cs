using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>
/// R_ij = T(A2_i; a_i; a_j, a_j) for T = E[y_t ⊗ S₁,₂(x_t; x_{t±1}, x_{t±1})]: the contractions that determine U, taken as the data go by, so that T is never formed.
/// What A1 and A2 explain of y at once, A2ᵀ (A1 x_t)², may be subtracted first: it has no derivative by a neighbour, so no expectation changes and the variance falls.
/// </summary>
/// <param name="score">Of the inputs.</param>
/// <param name="a1">(K, d_x).</param>
/// <param name="a2">(K, d_y).</param>
/// <param name="shifts">−1 for the step before, 1 for the one after; a matrix R for each.</param>
/// <param name="explained">Whether to subtract that.</param>
sealed class MixedMoment(IScoreFunction score, Matrix<double> a1, Matrix<double> a2, int[] shifts, bool explained)
    : Moment(score.Reach + (shifts.Contains(-1) ? 1 : 0), score.Reach + (shifts.Contains(1) ? 1 : 0))
{
    readonly int units = a1.RowCount, outputs = a2.ColumnCount;
    readonly CrossSums cross = new(shifts.Length * a1.RowCount, a1.RowCount, shared: false);

    public override int Size => cross.Size;

    public override int Scratch => (units + outputs + shifts.Length * units * (1 + units)) * Block.Capacity;

    public override void Add(Block block, Span<double> scratch, Span<double> sums)
    {
        int n = block.Count;
        Span<double> square = Take(ref scratch, units * n), rest = Take(ref scratch, outputs * n);
        Span<double> responses = Take(ref scratch, shifts.Length * units * n), features = Take(ref scratch, shifts.Length * units * units * n);
        square.Clear();
        block.Outputs.CopyTo(rest);
        for (int i = 0; explained && i < units; i++)
        {
            Span<double> row = Rows.Of(square, i, n);
            for (int k = 0; k < score.Inputs; k++) Rows.Add(a1[i, k], block.Inputs[k], row);
            Rows.Product(row, row, 0, row);
            for (int l = 0; l < outputs; l++) Rows.Add(-a2[i, l], row, Rows.Of(rest, l, n));
        }
        responses.Clear();
        for (int i = 0; i < units; i++)
            for (int l = 0; l < outputs; l++) Rows.Add(a2[i, l], Rows.Of(rest, l, n), Rows.Of(responses, i, n));
        for (int s = 0; s < shifts.Length; s++)
        {
            if (s > 0) responses[..(units * n)].CopyTo(responses[(s * units * n)..]);
            score.Mixed(block.Inputs, shifts[s], a1, features.Slice(s * units * units * n, units * units * n));
        }
        cross.Add(responses, features, n, sums);
    }

    /// <summary>R and the standard errors of its entries, (K, K), for each shift.</summary>
    public (Matrix<double> Mean, Matrix<double> StandardError)[] Estimate(double[] sums)
    {
        var (mean, error) = cross.Estimate(sums);
        return [.. shifts.Select((_, s) => (mean.SubMatrix(s * units, units, 0, units), error.SubMatrix(s * units, units, 0, units)))];
    }

    static Span<double> Take(ref Span<double> from, int count)
    {
        Span<double> taken = from[..count];
        from = from[count..];
        return taken;
    }
}
