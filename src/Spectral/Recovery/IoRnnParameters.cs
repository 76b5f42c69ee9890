using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>An input-output network h_t = f(A1 x_t + U h_{t−1}), y_t = A2ᵀ h_t, in the paper's letters.</summary>
/// <param name="A1">(d_h, d_x).</param>
/// <param name="A2">(d_h, d_y).</param>
/// <param name="U">(d_h, d_h).</param>
public sealed record IoRnnParameters(Matrix<double> A1, Matrix<double> A2, Matrix<double> U)
{
    /// <summary>d_h.</summary>
    public int Units => A1.RowCount;

    /// <summary>
    /// The same quadratic network with unit rows of A1, which fixes what (c_i h_i, a_i √c_i, A2_i / c_i) leaves free; the sign of a row of A1 and U, which the square hides, such that
    /// its largest entry in A1 is positive; and units in falling order of ‖A2_i‖.
    /// </summary>
    public IoRnnParameters Normalised()
    {
        // unit i is divided by scale², its row by scale
        double[] scale = [.. A1.EnumerateRows().Select(row => row.L2Norm() * Math.Sign(row[row.AbsoluteMaximumIndex()]))];
        var a2 = Matrix<double>.Build.Dense(Units, A2.ColumnCount, (i, l) => A2[i, l] * scale[i] * scale[i]);
        int[] order = [.. Enumerable.Range(0, Units).OrderByDescending(i => a2.Row(i).L2Norm())];
        return new(
            Matrix<double>.Build.Dense(Units, A1.ColumnCount, (i, k) => A1[order[i], k] / scale[order[i]]),
            Matrix<double>.Build.Dense(Units, A2.ColumnCount, (i, l) => a2[order[i], l]),
            Matrix<double>.Build.Dense(Units, Units, (i, j) => U[order[i], order[j]] * scale[order[j]] * scale[order[j]] / scale[order[i]]));
    }

    /// <summary>The same quadratic network with its units in another order and other signs of the rows of A1 and U.</summary>
    /// <param name="order">Which unit comes where.</param>
    /// <param name="signs">1 or −1 for each place.</param>
    public IoRnnParameters Rearranged(int[] order, int[] signs) => new(
        Matrix<double>.Build.Dense(Units, A1.ColumnCount, (i, k) => signs[i] * A1[order[i], k]),
        Matrix<double>.Build.Dense(Units, A2.ColumnCount, (i, l) => A2[order[i], l]),
        Matrix<double>.Build.Dense(Units, Units, (i, j) => signs[i] * U[order[i], order[j]]));

    /// <summary>A quadratic network's E[y_l S₂(x_t)] = 2 Σ_i A2_il a_i a_iᵀ, (d_x, d_x).</summary>
    internal Matrix<double> SecondMoment(int output) => 2 * A1.TransposeThisAndMultiply(Matrix<double>.Build.DenseOfDiagonalVector(A2.Column(output))) * A1;

    /// <summary>A quadratic network's T = 4 Σ_kl A2_k ⊗ a_k ⊗ U_kl a_l ⊗ a_l at (outputs_i; rows_i; rows_j, rows_j), (K, K).</summary>
    /// <param name="rows">(K, d_x).</param>
    /// <param name="outputs">(K, d_y).</param>
    internal Matrix<double> MixedMoment(Matrix<double> rows, Matrix<double> outputs)
    {
        Matrix<double> along = rows * A1.Transpose();
        return 4 * (outputs * A2.Transpose()).PointwiseMultiply(along) * U * along.PointwisePower(2).Transpose();
    }

    /// <summary>The network's outputs from a state of zero.</summary>
    /// <param name="activation">f.</param>
    /// <param name="x">(T, d_x), row-major.</param>
    /// <param name="reverse">Whether it walks the sequence from its end.</param>
    /// <returns>y, (T, d_y), row-major.</returns>
    /// <exception cref="ArgumentException">x is not whole steps.</exception>
    public double[] Run(Activation activation, ReadOnlySpan<float> x, bool reverse = false)
    {
        int inputs = A1.ColumnCount, outputs = A2.ColumnCount, units = Units, steps = x.Length / inputs;
        if (steps * inputs != x.Length) throw new ArgumentException($"{x.Length} numbers are not steps of {inputs}.", nameof(x));
        double[] a1 = A1.ToRowMajorArray(), a2 = A2.ToRowMajorArray(), u = U.ToRowMajorArray(), h = new double[units], next = new double[units], y = new double[steps * outputs];
        for (int step = 0; step < steps; step++)
        {
            int t = reverse ? steps - 1 - step : step;
            ReadOnlySpan<float> now = x.Slice(t * inputs, inputs);
            Span<double> output = y.AsSpan(t * outputs, outputs);
            for (int i = 0; i < units; i++)
            {
                double sum = 0;
                for (int k = 0; k < inputs; k++) sum += a1[i * inputs + k] * now[k];
                for (int j = 0; j < units; j++) sum += u[i * units + j] * h[j];
                next[i] = activation == Activation.Quadratic ? sum * sum : sum;
                for (int l = 0; l < outputs; l++) output[l] += a2[i * outputs + l] * next[i];
            }
            (h, next) = (next, h);
        }
        return y;
    }
}
