using MathNet.Numerics.LinearAlgebra;
using Recurve.Kernels;

namespace Recurve.Spectral.Tests;

/// <summary>Moments against sums written out term by term.</summary>
public sealed class MomentTests
{
    const int Inputs = 3, Outputs = 2, Units = 2;

    static readonly Matrix<double> transition = Matrix<double>.Build.DenseOfArray(new[,] { { 0.5, 0.2, 0 }, { -0.3, 0.4, 0.1 }, { 0, 0.3, -0.6 } });
    static readonly Matrix<double> innovation = Matrix<double>.Build.DenseOfArray(new[,] { { 1, 0.2, 0 }, { 0.2, 0.8, 0.1 }, { 0, 0.1, 0.5 } });
    static readonly GaussianMarkovScore chain = new(Vector<double>.Build.Dense([0.1, -0.2, 0.3]), transition, innovation);
    static readonly WhiteGaussianScore white = new(Inputs);

    // longer than a block, as long, one more, and too short to count
    static readonly int[] lengths = [300, 256, 257, 4, 3, 2, 1, 0, 37];
    static readonly InputOutput[] sequences = [.. lengths.Select(steps => Draw(steps, steps))];
    static readonly SequenceSource data = new(Inputs, Outputs, sequences.Length, i => sequences[i]);

    public static TheoryData<bool> Scores => [false, true];

    [Theory, MemberData(nameof(Scores))]
    public void SecondMomentIsTheSum(bool markov)
    {
        GaussianScore score = markov ? chain : white;
        SecondMoment moment = new(score, Outputs);
        SymmetricSlices found = moment.Estimate(new DataPass().Sum(data, moment, ""));
        for (int l = 0; l < Outputs; l++)
            for (int p = 0; p < Inputs; p++)
                for (int q = 0; q < Inputs; q++)
                    Assert.Equal(Covariance(score.Reach, score.Reach, (i, t) => Output(i, t)[l], (i, t) => Second(score, i, t)[p, q]), found[l][p, q], 1e-10);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void MixedMomentIsTheContractedSum(bool markov, bool explained)
    {
        GaussianScore score = markov ? chain : white;
        Matrix<double> a1 = Matrix<double>.Build.DenseOfArray(new[,] { { 0.6, -0.8, 0 }, { 0.3, 0.4, 1 } }), a2 = Matrix<double>.Build.DenseOfArray(new[,] { { 1, 0.5 }, { -0.3, 2 } });
        MixedMoment moment = new(score, a1, a2, [-1, 1], explained);
        var found = moment.Estimate(new DataPass().Sum(data, moment, ""));
        double Response(int i, int t, int unit)
        {
            Vector<double> left = Output(i, t) - (explained ? 1 : 0) * a2.TransposeThisAndMultiply((a1 * Input(i, t)).PointwisePower(2));
            return a2.Row(unit) * left;
        }
        foreach (var (side, shift) in new[] { (0, -1), (1, 1) })
            for (int i = 0; i < Units; i++)
                for (int j = 0; j < Units; j++)
                    Assert.Equal(Covariance(score.Reach + 1, score.Reach + 1, (s, t) => Response(s, t, i), (s, t) => Mixed(score, s, t, shift, a1.Row(i), a1.Row(j))), found[side].Mean[i, j], 1e-10);
    }

    [Theory, MemberData(nameof(Scores))]
    public void ImpulseResponseIsTheSum(bool markov)
    {
        GaussianScore score = markov ? chain : white;
        LagMoment moment = new(score, Outputs, before: 3, after: 2);
        LinearRecovery.ImpulseResponse found = moment.Estimate(new DataPass().Sum(data, moment, ""));
        for (int lag = -2; lag <= 3; lag++)
            for (int l = 0; l < Outputs; l++)
                for (int k = 0; k < Inputs; k++)
                    Assert.Equal(Covariance(score.Reach + 3, score.Reach + 2, (i, t) => Output(i, t)[l], (i, t) => First(score, i, t - lag)[k]), found(lag).Mean[l, k], 1e-10);
    }

    [Fact]
    public void StandardErrorIsTheScatterOfEstimates()
    {
        double[] estimates = new double[400], errors = new double[estimates.Length];
        for (int run = 0; run < estimates.Length; run++)
        {
            InputOutput[] drawn = [.. Enumerable.Range(0, 8).Select(i => Draw(256 + 17 * i, 1000 * run + i))];
            SecondMoment moment = new(white, Outputs);
            SymmetricSlices m = moment.Estimate(new DataPass().Sum(new SequenceSource(Inputs, Outputs, drawn.Length, i => drawn[i]), moment, ""));
            (estimates[run], errors[run]) = (m[0][0, 1], m.Error(0, 0, 1));
        }
        double mean = estimates.Average(), scatter = Math.Sqrt(estimates.Average(v => (v - mean) * (v - mean)));
        // 400 estimates know their scatter to 4 %; a standard error from a dozen blocks each leans low by a few more
        Assert.InRange(errors.Average() / scatter, 0.85, 1.1);
    }

    [Fact]
    public void ThreadsDoNotChangeABit()
    {
        SequenceSource many = new(Inputs, Outputs, 700, i => sequences[i % sequences.Length]);
        SecondMoment moment = new(chain, Outputs);
        int before = Workers.Count;
        try
        {
            double[][] sums = [.. new[] { 1, 2, 5 }.Select(threads =>
            {
                Workers.Count = threads;
                return new DataPass().Sum(many, moment, "");
            })];
            Assert.Equal(sums[0], sums[1]);
            Assert.Equal(sums[0], sums[2]);
        }
        finally
        {
            Workers.Count = before;
        }
    }

    [Fact]
    public void SumsOfPartsAddUp()
    {
        LagMoment moment = new(chain, Outputs, 1, 1);
        double[] whole = new DataPass().Sum(data, moment, "");
        double[] first = new DataPass().Sum(new SequenceSource(Inputs, Outputs, 4, i => sequences[i]), moment, "");
        double[] both = new DataPass(sums => { for (int i = 0; i < sums.Length; i++) sums[i] += first[i]; })
            .Sum(new SequenceSource(Inputs, Outputs, sequences.Length - 4, i => sequences[i + 4]), moment, "");
        for (int i = 0; i < whole.Length; i++) Assert.Equal(whole[i], both[i], 1e-10 * Math.Max(1, Math.Abs(whole[i])));
    }

    [Fact]
    public void FittedChainIsTheLeastSquaresOne()
    {
        GaussianMarkovScore fitted = GaussianMarkovScore.Fit(data);
        var (past, present) = (new List<double[]>(), new List<Vector<double>>());
        for (int i = 0; i < lengths.Length; i++)
        {
            for (int t = 1; t < lengths[i]; t++)
            {
                past.Add([.. Input(i, t - 1), 1]);
                present.Add(Input(i, t));
            }
        }
        Matrix<double> regression = Matrix<double>.Build.DenseOfRowArrays(past).Solve(Matrix<double>.Build.DenseOfRowVectors(present)).Transpose();
        Assert.Equal(0, (fitted.Transition - regression.SubMatrix(0, Inputs, 0, Inputs)).L2Norm(), 1e-10);
        WhiteGaussianScore steps = WhiteGaussianScore.Fit(data);
        Assert.Equal(0, (steps.Precision(0).Inverse() - Scatter()).L2Norm(), 1e-10);
    }

    static Matrix<double> Scatter()
    {
        Vector<double>[] all = [.. Enumerable.Range(0, lengths.Length).SelectMany(i => Enumerable.Range(0, lengths[i]).Select(t => Input(i, t)))];
        Vector<double> mean = all.Aggregate((a, b) => a + b) / all.Length;
        return all.Select(v => (v - mean).OuterProduct(v - mean)).Aggregate((a, b) => a + b) / all.Length;
    }

    static InputOutput Draw(int steps, int seed)
    {
        RandomSource random = new(seed);
        float[] x = [.. Enumerable.Range(0, steps * Inputs).Select(_ => (float)random.Normal())];
        return new(x, x.Length == 0 ? x : (float[])[.. Enumerable.Range(0, steps * Outputs).Select(i => (float)(random.Normal() + 2 + x[i % x.Length] * x[(i + 1) % x.Length]))]);
    }

    static Vector<double> Input(int i, int t) => Vector<double>.Build.Dense(Inputs, k => sequences[i].Inputs.Span[t * Inputs + k]);

    static Vector<double> Output(int i, int t) => Vector<double>.Build.Dense(Outputs, l => sequences[i].Outputs.Span[t * Outputs + l]);

    /// <summary>mean (r − mean r) f over all steps with neighbours.</summary>
    static double Covariance(int before, int after, Func<int, int, double> r, Func<int, int, double> f)
    {
        (int I, int T)[] steps = [.. Enumerable.Range(0, lengths.Length).SelectMany(i => Enumerable.Range(before, Math.Max(0, lengths[i] - before - after)).Select(t => (i, t)))];
        double mean = steps.Average(s => r(s.I, s.T));
        return steps.Average(s => (r(s.I, s.T) - mean) * f(s.I, s.T));
    }

    static Vector<double> First(GaussianScore score, int i, int t)
    {
        if (score == white) return Input(i, t);
        Vector<double> mean = Vector<double>.Build.Dense([0.1, -0.2, 0.3]);
        Matrix<double> inverse = innovation.Inverse();
        Vector<double> Innovation(int at) => Input(i, at) - mean - transition * (Input(i, at - 1) - mean);
        return inverse * Innovation(t) - transition.TransposeThisAndMultiply(inverse * Innovation(t + 1));
    }

    static Matrix<double> Hessian(GaussianScore score)
        => score == white ? -Matrix<double>.Build.DenseIdentity(Inputs) : -(innovation.Inverse() + transition.TransposeThisAndMultiply(innovation.Inverse()) * transition);

    static Matrix<double> Second(GaussianScore score, int i, int t) => First(score, i, t).OuterProduct(First(score, i, t)) + Hessian(score);

    static double Mixed(GaussianScore score, int i, int t, int shift, Vector<double> a, Vector<double> b)
    {
        // ∇_t ∇_{t−1} log p = Q⁻¹ Φ, and its transpose with the step after
        Matrix<double> forward = score == white ? Matrix<double>.Build.Dense(Inputs, Inputs) : innovation.Inverse() * transition;
        double here = a * First(score, i, t), there = b * First(score, i, t + shift), across = a * (shift < 0 ? forward : forward.Transpose()) * b;
        return here * (there * there + b * Hessian(score) * b) + 2 * across * there;
    }
}
