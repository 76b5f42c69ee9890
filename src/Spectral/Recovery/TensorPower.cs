using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>
/// The robust tensor power method (Anandkumar, Ge, Hsu, Kakade and Telgarsky 2014, algorithm 1) for Σ_i c_i ⊗ v_i ⊗ v_i with orthonormal v_i: after the first mode, too, is whitened, the c_i
/// are orthonormal, and (c, v) ← (T(·, v, v), T(c, v, ·)) converges cubically from almost every start; the best of several is kept and deflated.
/// </summary>
static class TensorPower
{
    const int Starts = 20, Iterations = 100;

    /// <summary>V, (K, K): its columns are the v_i.</summary>
    /// <param name="whitened">The slices N_l.</param>
    /// <param name="seed">Of the starts.</param>
    /// <param name="condition">Of the first mode, √(λ_1 / λ_K) of the Gram matrix of the slices.</param>
    /// <exception cref="SpectralException">A2 has a lower rank than units.</exception>
    public static Matrix<double> Of(SymmetricSlices whitened, int seed, out double condition)
    {
        int size = whitened.Size;
        Matrix<double>[] tensor = WhitenOutputs(whitened, out condition);
        RandomSource random = RandomSource.For(seed, "tensor power method");
        Matrix<double> v = Matrix<double>.Build.Dense(size, size);
        for (int found = 0; found < size; found++)
        {
            var (_, c, best) = Enumerable.Range(0, Starts).Select(_ => Iterate(tensor, Vector<double>.Build.Dense(size, _ => random.Normal()))).MaxBy(start => start.Value);
            double value = c * Contract(tensor, best);
            for (int l = 0; l < size; l++) tensor[l] -= value * c[l] * best.OuterProduct(best);
            v.SetColumn(found, best);
        }
        // deflation leaves errors in what comes later: the nearest orthogonal matrix shares them out
        var svd = v.Svd();
        return svd.U * svd.VT;
    }

    static (double Value, Vector<double> C, Vector<double> V) Iterate(Matrix<double>[] tensor, Vector<double> start)
    {
        Vector<double> v = start.Normalize(2), c = v;
        for (int i = 0; i < Iterations; i++)
        {
            c = Contract(tensor, v).Normalize(2);
            Vector<double> next = Along(tensor, c) * v;
            next /= next.L2Norm();
            double change = Math.Min((next - v).L2Norm(), (next + v).L2Norm());
            v = next;
            if (change < 1e-14) break;
        }
        return (c * Contract(tensor, v), c, v);
    }

    /// <summary>T(·, v, v).</summary>
    static Vector<double> Contract(Matrix<double>[] tensor, Vector<double> v) => Vector<double>.Build.Dense(tensor.Length, l => v * (tensor[l] * v));

    /// <summary>T(c, ·, ·).</summary>
    static Matrix<double> Along(Matrix<double>[] tensor, Vector<double> c) => tensor.Select((slice, l) => c[l] * slice).Aggregate((a, b) => a + b);

    static Matrix<double>[] WhitenOutputs(SymmetricSlices m, out double condition)
    {
        int size = m.Size;
        var gram = Matrix<double>.Build.Dense(m.Count, m.Count, (k, l) => m[k].PointwiseMultiply(m[l]).Enumerate().Sum()).Evd(Symmetricity.Symmetric);
        // eigenvalues rise
        Vector<double> values = gram.EigenValues.Real();
        double last = values[m.Count - size], first = values[^1];
        Noise.RequireRank("the whitened tensor, (d_y, K²)", values.PointwiseMaximum(0).PointwiseSqrt().ToArray().Reverse().ToVector(), size, m.NoiseEdge());
        condition = Math.Sqrt(first / last);
        return [.. Enumerable.Range(m.Count - size, size).Select(i => m.Along(gram.EigenVectors.Column(i)) / Math.Sqrt(values[i]))];
    }

    static Vector<double> ToVector(this IEnumerable<double> values) => Vector<double>.Build.DenseOfEnumerable(values);
}
