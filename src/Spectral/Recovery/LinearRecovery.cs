using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>The algebra of the linear network: a balanced realisation of an impulse response G_k = A2ᵀ Uᵏ A1 (Ho and Kalman 1966), up to a change of the state's basis.</summary>
static class LinearRecovery
{
    /// <summary>A lag's d_y × d_x matrix with the standard errors of its entries.</summary>
    public delegate (Matrix<double> Mean, Matrix<double> StandardError) ImpulseResponse(int lag);

    /// <summary>The network whose state only looks back, from G_0 … G_{2 blocks − 1}.</summary>
    /// <param name="g">G_k.</param>
    /// <param name="units">d_h.</param>
    /// <param name="blocks">Block rows of the Hankel matrix.</param>
    /// <param name="steps">Receives the conditioning.</param>
    /// <exception cref="SpectralException">The Hankel matrix has a lower rank, or samples are too few.</exception>
    public static IoRnnParameters Causal(ImpulseResponse g, int units, int blocks, List<RecoveryStep> steps)
    {
        var (c, u, b, _) = Realise(g, 0, units, blocks, "Hankel matrix", steps);
        return new(b, c.Transpose(), u);
    }

    /// <summary>
    /// Both halves of a bidirectional network, from G_k at k = −2 blocks … 2 blocks. Lags of one sign belong to one half, G_k = A2ᵀ Uᵏ A1, which gives A2, U and U A1;
    /// G_0 is the sum of both, so A1 and B1 are the least-squares solution of A2ᵀ A1 + B2ᵀ B1 = G_0 with those. A balanced state's row i is a combination of lags divided by √σ_i, so
    /// its equation is multiplied by that: then all are about as uncertain as a lag.
    /// </summary>
    /// <inheritdoc cref="Causal"/>
    public static IoRnnParameters[] Bidirectional(ImpulseResponse g, int[] units, int blocks, List<RecoveryStep> steps)
    {
        var (cf, uf, bf, wf) = Realise(g, 1, units[0], blocks, "Hankel matrix, forward", steps);
        var (cb, ub, bb, wb) = Realise(k => g(-k), 1, units[1], blocks, "Hankel matrix, backward", steps);
        Matrix<double> system = cf.Append(cb).Stack((wf * uf).DiagonalStack(wb * ub)), known = g(0).Mean.Stack(wf * bf).Stack(wb * bb);
        var svd = system.Svd();
        Noise.RequireRank("[A2ᵀ B2ᵀ; U 0; 0 V]", svd.S, units.Sum(), 0);
        Matrix<double> inputs = svd.Solve(known);
        steps.Add(new("inputs of both halves", svd.ConditionNumber, g(0).StandardError.FrobeniusNorm() / g(0).Mean.FrobeniusNorm()));
        return [new(inputs.SubMatrix(0, units[0], 0, inputs.ColumnCount), cf.Transpose(), uf), new(inputs.SubMatrix(units[0], units[1], 0, inputs.ColumnCount), cb.Transpose(), ub)];
    }

    /// <summary>C, A, B of the least order with G_{first + k} = C Aᵏ B: H = O S with H's singular values σ shared between both, and the shifted H = O A S; and diag(√σ).</summary>
    static (Matrix<double> C, Matrix<double> A, Matrix<double> B, Matrix<double> Scale) Realise(ImpulseResponse g, int first, int order, int blocks, string name, List<RecoveryStep> steps)
    {
        Matrix<double> h = Hankel(k => g(first + k).Mean, blocks), shifted = Hankel(k => g(first + k + 1).Mean, blocks);
        var svd = h.Svd();
        double edge = Noise.Edge(Hankel(k => g(first + k).StandardError, blocks));
        Noise.RequireRank($"the {name}, ({h.RowCount}, {h.ColumnCount})", svd.S, order, edge);
        steps.Add(new(name, svd.S[0] / svd.S[order - 1], edge / svd.S[order - 1]));
        Vector<double> roots = svd.S.SubVector(0, order).PointwiseSqrt();
        Matrix<double> scale = Matrix<double>.Build.DenseOfDiagonalVector(roots), inverse = Matrix<double>.Build.DenseOfDiagonalVector(1 / roots);
        Matrix<double> left = svd.U.SubMatrix(0, h.RowCount, 0, order), right = svd.VT.SubMatrix(0, order, 0, h.ColumnCount);
        Matrix<double> impulse = g(first).Mean;
        return (
            (left * scale).SubMatrix(0, impulse.RowCount, 0, order),
            inverse * left.TransposeThisAndMultiply(shifted) * right.Transpose() * inverse,
            (scale * right).SubMatrix(0, order, 0, impulse.ColumnCount),
            scale);
    }

    static Matrix<double> Hankel(Func<int, Matrix<double>> block, int blocks)
        => Enumerable.Range(0, blocks).Select(i => Enumerable.Range(0, blocks).Select(j => block(i + j)).Aggregate((a, b) => a.Append(b))).Aggregate((a, b) => a.Stack(b));
}
