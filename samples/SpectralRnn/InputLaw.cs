using MathNet.Numerics.LinearAlgebra;
using Recurve.Spectral;

namespace Recurve.SpectralRnn;

/// <summary>How a teacher's inputs are drawn, with the scores of that density.</summary>
/// <param name="Score">Of the density.</param>
/// <param name="Next">Draws a step from the one before, which is null at first.</param>
sealed record InputLaw(IScoreFunction Score, Func<double[]?, RandomSource, double[]> Next)
{
    /// <summary>x_{t+1} = φ x_t + √(1 − φ²) e_t with standard normal e, from its stationary law; φ = 0 is white.</summary>
    /// <param name="inputs">d_x.</param>
    /// <param name="phi">Within (−1, 1).</param>
    public static InputLaw Gaussian(int inputs, double phi)
    {
        double innovation = Math.Sqrt(1 - phi * phi);
        Matrix<double> identity = Matrix<double>.Build.DenseIdentity(inputs);
        IScoreFunction score = phi == 0 ? new WhiteGaussianScore(inputs) : new GaussianMarkovScore(Vector<double>.Build.Dense(inputs), phi * identity, innovation * innovation * identity);
        return new(score, (previous, random) =>
        {
            double[] next = new double[inputs];
            for (int k = 0; k < inputs; k++) next[k] = previous is null ? random.Normal() : phi * previous[k] + innovation * random.Normal();
            return next;
        });
    }

    /// <summary>Independent steps of a mixture of three Gaussians about different means.</summary>
    /// <param name="inputs">d_x.</param>
    /// <param name="seed">Determines the means.</param>
    public static InputLaw Mixture(int inputs, int seed)
    {
        (double Weight, double Deviation)[] shares = [(0.5, 0.7), (0.3, 1), (0.2, 0.5)];
        RandomSource draws = RandomSource.For(seed, "mixture");
        Vector<double>[] means = [.. shares.Select(_ => Vector<double>.Build.Dense(inputs, _ => draws.Normal() / 2))];
        GaussianMixtureScore score = new([.. shares.Select((s, c) => new MixtureComponent(s.Weight, means[c], s.Deviation * s.Deviation * Matrix<double>.Build.DenseIdentity(inputs)))]);
        return new(score, (_, random) =>
        {
            double left = random.NextDouble();
            int c = 0;
            while (c < shares.Length - 1 && left >= shares[c].Weight) left -= shares[c++].Weight;
            return [.. means[c].Select(mean => mean + shares[c].Deviation * random.Normal())];
        });
    }

    /// <summary>A sequence, (T, d_x), row-major.</summary>
    public float[] Draw(int steps, RandomSource random)
    {
        float[] x = new float[steps * Score.Inputs];
        double[]? now = null;
        for (int t = 0; t < steps; t++)
        {
            now = Next(now, random);
            for (int k = 0; k < now.Length; k++) x[t * now.Length + k] = (float)now[k];
        }
        return x;
    }
}
