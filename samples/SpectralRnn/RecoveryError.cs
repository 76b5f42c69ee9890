using MathNet.Numerics.LinearAlgebra;
using Recurve.Spectral;

namespace Recurve.SpectralRnn;

/// <summary>How far a recovered quadratic network is from its teacher, relative in the Frobenius norm, at the order and signs of units that the models leave open.</summary>
/// <param name="A1">Of A1.</param>
/// <param name="A2">Of A2.</param>
/// <param name="U">Of U.</param>
/// <param name="Output">Mean squared error over variance of the outputs on unseen inputs without noise.</param>
readonly record struct RecoveryError(double A1, double A2, double U, double Output)
{
    const int TestSteps = 20_000;

    /// <summary>Compares the halves one by one.</summary>
    public static RecoveryError Of<TModule>(Teacher teacher, InputLaw law, SpectralFit<TModule> fit) where TModule : Module
    {
        IoRnnParameters[] found = HalvesOf(fit);
        (IoRnnParameters True, IoRnnParameters Found)[] pairs = [.. teacher.Halves.Zip(found, (t, f) => (t.Normalised(), Matched(f, t.Normalised())))];
        double Relative(Func<IoRnnParameters, Matrix<double>> part)
            => Math.Sqrt(pairs.Sum(p => Square(part(p.True) - part(p.Found))) / pairs.Sum(p => Square(part(p.True))));
        return new(Relative(p => p.A1), Relative(p => p.A2), Relative(p => p.U), OutputError(teacher, law, found));
    }

    /// <summary>Mean squared error over variance of the outputs on unseen inputs without noise, of any network.</summary>
    public static double OutputError(Teacher teacher, InputLaw law, IoRnnParameters[] found)
    {
        float[] x = law.Draw(TestSteps, RandomSource.For(0, "unseen"));
        double[] truth = teacher.Run(x), guess = (teacher with { Halves = found }).Run(x);
        double error = truth.Zip(guess, (t, g) => (t - g) * (t - g)).Sum();
        // of each output about its own mean
        double variance = Enumerable.Range(0, teacher.Outputs).Sum(l =>
        {
            double[] output = [.. truth.Where((_, i) => i % teacher.Outputs == l)];
            double mean = output.Average();
            return output.Sum(v => (v - mean) * (v - mean));
        });
        return error / variance;
    }

    /// <summary>The forward half, and the backward one if there is one.</summary>
    public static IoRnnParameters[] HalvesOf<TModule>(SpectralFit<TModule> fit) where TModule : Module => fit.Backward is null ? [fit.Forward] : [fit.Forward, fit.Backward];

    /// <summary>Units in the order, and rows with the signs, that fit best: greedily, by the cosine of rows of A1.</summary>
    static IoRnnParameters Matched(IoRnnParameters found, IoRnnParameters truth)
    {
        Matrix<double> cosine = truth.A1 * found.A1.Transpose();
        int[] order = new int[found.Units], signs = new int[found.Units];
        Matrix<double> left = cosine.PointwiseAbs();
        for (int n = 0; n < found.Units; n++)
        {
            var (i, j, _) = left.EnumerateIndexed().MaxBy(e => e.Item3);
            (order[i], signs[i]) = (j, Math.Sign(cosine[i, j]));
            left.ClearRow(i);
            left.ClearColumn(j);
            left.SetRow(i, Vector<double>.Build.Dense(found.Units, -1));
        }
        return found.Rearranged(order, signs);
    }

    static double Square(Matrix<double> m) => m.Enumerate().Sum(v => v * v);
}
