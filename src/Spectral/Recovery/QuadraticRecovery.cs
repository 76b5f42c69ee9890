using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>How the whitened second moment is decomposed.</summary>
public enum Decomposition
{
    /// <summary>All its slices are diagonalised at once: needs two outputs that weigh the units differently.</summary>
    SimultaneousDiagonalisation,

    /// <summary>The robust tensor power method with deflation: needs as many outputs as units.</summary>
    TensorPower,
}

/// <summary>The algebra of the quadratic network: parameters from moments. The equations are those of docs/spectral.md.</summary>
static class QuadraticRecovery
{
    const double Separable = 0.5;

    /// <summary>Whether the model can be identified at all.</summary>
    /// <exception cref="SpectralException">More units than inputs, or too few outputs for the method.</exception>
    public static void RequireSizes(int units, int inputs, int outputs, Decomposition method)
    {
        if (units > inputs) throw new SpectralException(SpectralProblem.TooManyUnits, $"The rows of A1 are independent only for at most d_x = {inputs} units", units, inputs);
        if (units > 1 && outputs < 2) throw new SpectralException(SpectralProblem.TooFewOutputs, "One output cannot tell units apart", outputs, 2);
        if (method == Decomposition.TensorPower && outputs < units)
            throw new SpectralException(SpectralProblem.TooFewOutputs, "The tensor power method needs as many outputs as units", outputs, units);
    }

    /// <summary>A1 with unit rows, up to order and sign, and A2, from M = 2 Σ_i A2_i ⊗ a_i ⊗ a_i.</summary>
    /// <param name="m">M, (d_y, d_x, d_x).</param>
    /// <param name="units">K.</param>
    /// <param name="method">How to decompose.</param>
    /// <param name="seed">Of the power method's starts.</param>
    /// <param name="steps">Receives the conditioning.</param>
    /// <exception cref="SpectralException">An assumption is violated.</exception>
    public static (Matrix<double> A1, Matrix<double> A2) Directions(SymmetricSlices m, int units, Decomposition method, int seed, List<RecoveryStep> steps)
    {
        var svd = m.Unfolded().Svd();
        Noise.RequireRank("E[y ⊗ S₂(x)], (d_x, d_y d_x)", svd.S, units, m.NoiseEdge());
        steps.Add(new("range of A1", svd.S[0] / svd.S[units - 1], m.NoiseEdge() / svd.S[units - 1]));
        Matrix<double> range = svd.U.SubMatrix(0, m.Size, 0, units);
        SymmetricSlices projected = m.Congruent(range);
        Matrix<double> a1 = (Whitening.Of(projected, range, out double least) is { } whitening ? Whitened(m, whitening, method, seed, steps)
            : method == Decomposition.SimultaneousDiagonalisation ? Unwhitened(projected, range, seed, steps)
            : throw new SpectralException(SpectralProblem.NoPositiveCombination, "No combination θ of the outputs makes A2 θ positive, so none whitens for the power method: least eigenvalue of the best M(θ)", least, 0))
            .Transpose().NormalizeRows(2);
        return (a1, Outputs(m, a1, steps));
    }

    static Matrix<double> Whitened(SymmetricSlices m, Whitening whitening, Decomposition method, int seed, List<RecoveryStep> steps)
    {
        steps.Add(new("whitening", whitening.Condition, whitening.Noise));
        SymmetricSlices whitened = m.Congruent(whitening.W);
        double condition = 1;
        Matrix<double> v = method == Decomposition.TensorPower ? TensorPower.Of(whitened, seed, out condition) : JointDiagonalisation.Of(whitened);
        steps.Add(new(method == Decomposition.TensorPower ? "tensor power method" : "simultaneous diagonalisation", condition, AngleError(whitened.Congruent(v))));
        return whitening.Inverse * v;
    }

    static Matrix<double> Unwhitened(SymmetricSlices projected, Matrix<double> range, int seed, List<RecoveryStep> steps)
    {
        Matrix<double> directions = CongruenceDiagonalisation.Of(projected, seed, out double angle);
        if (!(angle < Separable))
            throw new SpectralException(SpectralProblem.NotSeparated, "Two units weigh the outputs too much alike: standard error of their angle in radians", angle, Separable);
        steps.Add(new("simultaneous diagonalisation, not whitened", directions.ConditionNumber(), angle));
        return range * directions;
    }

    /// <summary>U from R_ij = T(A2_i; a_i; a_j, a_j): T = 4 Σ_ij A2_i ⊗ a_i ⊗ U_ij a_j ⊗ a_j makes R = 4 P U Q with P = A2 A2ᵀ ∘ A1 A1ᵀ and Q = (A1 A1ᵀ)∘².</summary>
    /// <param name="r">R and the standard errors of its entries, (K, K).</param>
    /// <param name="a1">(K, d_x).</param>
    /// <param name="a2">(K, d_y).</param>
    /// <param name="steps">Receives the conditioning.</param>
    /// <exception cref="SpectralException">P or Q is singular.</exception>
    public static Matrix<double> Recurrence((Matrix<double> Mean, Matrix<double> StandardError) r, Matrix<double> a1, Matrix<double> a2, List<RecoveryStep> steps)
    {
        Matrix<double> gram = a1 * a1.Transpose();
        var left = (a2 * a2.Transpose()).PointwiseMultiply(gram).Svd();
        var right = gram.PointwiseMultiply(gram).Svd();
        Noise.RequireRank("A2 A2ᵀ ∘ A1 A1ᵀ", left.S, left.S.Count, 0);
        Noise.RequireRank("(A1 A1ᵀ)∘²", right.S, right.S.Count, 0);
        Matrix<double> Solve(Matrix<double> value) => right.Solve(left.Solve(value).Transpose()).Transpose() / 4;
        Matrix<double> u = Solve(r.Mean);
        // the entries' errors taken for independent
        Matrix<double> p = left.Solve(Matrix<double>.Build.DenseIdentity(a1.RowCount)).PointwisePower(2), q = right.Solve(Matrix<double>.Build.DenseIdentity(a1.RowCount)).PointwisePower(2);
        double error = Math.Sqrt((p * r.StandardError.PointwisePower(2) * q).Enumerate().Sum()) / 4;
        steps.Add(new("recurrence", left.ConditionNumber * right.ConditionNumber, error / u.FrobeniusNorm()));
        return u;
    }

    /// <summary>
    /// Which units of a bidirectional network walk forward: the moment with the step before sees only their recurrence, the one with the step after only that of the others.
    /// </summary>
    /// <param name="r">R with the step before and with the step after.</param>
    /// <param name="a1">(K, d_x), of all units.</param>
    /// <param name="a2">(K, d_y).</param>
    /// <param name="forward">How many walk forward.</param>
    /// <param name="steps">Receives how much of both recurrences lies where it should not.</param>
    /// <returns>The forward units and the others.</returns>
    /// <exception cref="SpectralException">The two kinds are not told apart.</exception>
    public static int[][] Sides((Matrix<double> Mean, Matrix<double> StandardError)[] r, Matrix<double> a1, Matrix<double> a2, int forward, List<RecoveryStep> steps)
    {
        Matrix<double>[] energy = [.. r.Select(side => Recurrence(side, a1, a2, []).PointwisePower(2))];
        double Of(int side, IEnumerable<int> rows, int[] columns) => rows.Sum(i => columns.Sum(j => energy[side][i, j]));
        int[] all = [.. Enumerable.Range(0, a1.RowCount)];
        double Lean(int i) => Of(0, [i], all) + Of(0, all, [i]) - Of(1, [i], all) - Of(1, all, [i]);
        int[] order = [.. all.OrderByDescending(Lean)], first = order[..forward], second = order[forward..];
        double inside = Of(0, first, first) + Of(1, second, second), outside = Of(0, all, all) + Of(1, all, all) - inside;
        steps.Add(new("forward and backward units", 1, Math.Sqrt(outside / inside)));
        if (!(outside < Separable * inside))
            throw new SpectralException(SpectralProblem.NotSeparated, "Forward and backward units are not told apart: recurrence between the two in units of that within", outside / inside, Separable);
        return [first, second];
    }

    /// <summary>A2 by least squares: a_iᵀ M_l a_i = 2 Σ_k (a_i · a_k)² A2_kl.</summary>
    static Matrix<double> Outputs(SymmetricSlices m, Matrix<double> a1, List<RecoveryStep> steps)
    {
        Matrix<double> gram = a1 * a1.Transpose();
        var squares = gram.PointwiseMultiply(gram).Svd();
        SymmetricSlices along = m.Congruent(a1.Transpose());
        Matrix<double> a2 = squares.Solve(Matrix<double>.Build.Dense(a1.RowCount, m.Count, (i, l) => along[l][i, i] / 2));
        double error = Math.Sqrt(Enumerable.Range(0, m.Count).Sum(l => Enumerable.Range(0, a1.RowCount).Sum(i => along.Error(l, i, i) * along.Error(l, i, i))) / 4);
        steps.Add(new("outputs", squares.ConditionNumber, error / a2.FrobeniusNorm()));
        return a2;
    }

    /// <summary>The largest standard error of the angle between two of the directions found, in radians: √(Σ Δ_l² σ_l²) / Σ Δ_l² with Δ_l the difference of the two's diagonal entries.</summary>
    /// <exception cref="SpectralException">Two directions are not told apart.</exception>
    static double AngleError(SymmetricSlices diagonalised)
    {
        double largest = 0;
        for (int i = 0; i < diagonalised.Size; i++)
        {
            for (int j = i + 1; j < diagonalised.Size; j++)
            {
                double square = 0, variance = 0;
                for (int l = 0; l < diagonalised.Count; l++)
                {
                    double difference = diagonalised[l][i, i] - diagonalised[l][j, j], error = diagonalised.Error(l, i, j);
                    square += difference * difference;
                    variance += difference * difference * error * error;
                }
                double angle = Math.Sqrt(variance) / square;
                if (!(angle < Separable) || square < 1e-20)
                    throw new SpectralException(SpectralProblem.NotSeparated, $"Units {i} and {j} weigh the outputs too much alike: standard error of their angle in radians", angle, Separable);
                largest = Math.Max(largest, angle);
            }
        }
        return largest;
    }
}
