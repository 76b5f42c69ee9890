using MathNet.Numerics.LinearAlgebra;
using Recurve.Spectral;

namespace Recurve.SpectralRnn;

/// <summary>An input-output network with known parameters, whose data another one is to learn from.</summary>
/// <param name="Activation">Its f.</param>
/// <param name="Halves">Its parameters: one half, or the forward and the backward one.</param>
/// <param name="Noise">Standard deviation of what is added to each output.</param>
sealed record Teacher(Activation Activation, IoRnnParameters[] Halves, double Noise)
{
    const double WorstCondition = 3;

    /// <summary>
    /// Draws a network without degeneracy: unit rows of A1 from a normal matrix and A2 from a positive one, the singular values of both raised to at least a third of the largest; a U that
    /// keeps the state bounded.
    /// </summary>
    /// <param name="activation">f.</param>
    /// <param name="inputs">d_x.</param>
    /// <param name="units">d_h of each half.</param>
    /// <param name="outputs">d_y.</param>
    /// <param name="bidirectional">Whether there is a backward half.</param>
    /// <param name="noise">Standard deviation of the outputs' noise.</param>
    /// <param name="seed">Determines everything.</param>
    public static Teacher Draw(Activation activation, int inputs, int units, int outputs, bool bidirectional, double noise, int seed)
    {
        RandomSource random = RandomSource.For(seed, "teacher");
        int halves = bidirectional ? 2 : 1, all = halves * units;
        Matrix<double> a1 = Conditioned(Normal(random, all, inputs)).NormalizeRows(2), a2 = Conditioned(Normal(random, all, outputs).PointwiseAbs());
        // a square feeds back without bound beyond 1/‖U‖², which must stay far beyond what h reaches
        double norm = activation == Activation.Quadratic ? 0.17 / Math.Sqrt(all) : 0.7;
        return new(activation, [.. Enumerable.Range(0, halves).Select(half =>
        {
            Matrix<double> u = Normal(random, units, units);
            return new IoRnnParameters(a1.SubMatrix(half * units, units, 0, inputs), a2.SubMatrix(half * units, units, 0, outputs), u * (norm / u.L2Norm()));
        })], noise);
    }

    /// <summary>d_x.</summary>
    public int Inputs => Halves[0].A1.ColumnCount;

    /// <summary>d_y.</summary>
    public int Outputs => Halves[0].A2.ColumnCount;

    /// <summary>The outputs without noise, (T, d_y).</summary>
    public double[] Run(ReadOnlySpan<float> x)
    {
        double[] y = Halves[0].Run(Activation, x);
        if (Halves.Length > 1)
        {
            double[] backward = Halves[1].Run(Activation, x, reverse: true);
            for (int i = 0; i < y.Length; i++) y[i] += backward[i];
        }
        return y;
    }

    /// <summary>Sequences that are computed whenever they are read.</summary>
    /// <param name="law">Of the inputs.</param>
    /// <param name="samples">Steps in all.</param>
    /// <param name="length">Steps of a sequence; the last may be shorter.</param>
    /// <param name="seed">Determines inputs and noise.</param>
    public SequenceSource Data(InputLaw law, long samples, int length, int seed)
        => new(Inputs, Outputs, checked((int)((samples + length - 1) / length)), index =>
        {
            RandomSource random = RandomSource.For(seed, $"sequence {index}");
            float[] x = law.Draw((int)Math.Min(length, samples - (long)index * length), random);
            double[] y = Run(x);
            return new(x, Array.ConvertAll(y, value => (float)(value + (Noise > 0 ? Noise * random.Normal() : 0))));
        });

    static Matrix<double> Conditioned(Matrix<double> matrix)
    {
        var svd = matrix.Svd();
        int rank = svd.S.Count;
        Vector<double> singular = svd.S.PointwiseMaximum(svd.S[0] / WorstCondition);
        return svd.U.SubMatrix(0, matrix.RowCount, 0, rank) * Matrix<double>.Build.DenseOfDiagonalVector(singular) * svd.VT.SubMatrix(0, rank, 0, matrix.ColumnCount);
    }

    static Matrix<double> Normal(RandomSource random, int rows, int columns) => Matrix<double>.Build.Dense(rows, columns, (_, _) => random.Normal());
}
