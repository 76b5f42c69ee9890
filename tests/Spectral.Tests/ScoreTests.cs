using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral.Tests;

/// <summary>Every score function against numerical derivatives of the joint density of a short sequence.</summary>
public sealed class ScoreTests
{
    const int Size = 3, Length = 5;

    static readonly Dictionary<string, (IScoreFunction Score, Func<double[][], double> LogDensity)> densities = new()
    {
        ["white"] = (new WhiteGaussianScore(Size), x => x.Sum(row => -0.5 * row.Sum(v => v * v))),
        ["white, correlated"] = White(),
        ["chain"] = Chain(),
        ["mixture"] = Mixture(),
        ["the user's own"] = (new LogisticScore(Size), x => x.Sum(row => row.Sum(v => v - 2 * Math.Log(1 + Math.Exp(v))))),
    };

    public static TheoryData<string, int> Cases
    {
        get
        {
            TheoryData<string, int> cases = [];
            foreach (string name in densities.Keys)
                foreach (int shift in new[] { -1, 1 }) cases.Add(name, shift);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void EqualNumericalDerivatives(string name, int shift)
    {
        var (score, logDensity) = densities[name];
        double[][] x = Sequence(Length, seed: 3);
        double At(params (int Step, Vector<double> By)[] moves)
        {
            double[][] moved = [.. x.Select(row => (double[])row.Clone())];
            foreach (var (step, by) in moves)
                for (int k = 0; k < Size; k++) moved[step][k] += by[k];
            return Math.Exp(logDensity(moved) - logDensity(x));
        }
        const int t = 2;
        Steps now = Feature(x).Range(t, 1);
        Matrix<double> unit = Matrix<double>.Build.DenseIdentity(Size), a = Directions(4);

        double[] first = new double[Size], second = new double[Size * (Size + 1) / 2], mixed = new double[16];
        score.First(now, first);
        score.Second(now, second);
        score.Mixed(now, shift, a, mixed);
        for (int i = 0, entry = 0; i < Size; i++)
        {
            Close(-Numeric.First(h => At((t, h * unit.Row(i)))), first[i]);
            for (int j = i; j < Size; j++, entry++)
                Close(Numeric.First(g => Numeric.First(h => At((t, g * unit.Row(i) + h * unit.Row(j))))), second[entry]);
        }
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++)
                Close(-Numeric.First(g => Numeric.Second(h => At((t, g * a.Row(i)), (t + shift, h * a.Row(j))))), mixed[i * 4 + j]);
    }

    [Theory, MemberData(nameof(Cases))]
    public void ManyStepsAtOnceAreEachStepAlone(string name, int shift)
    {
        IScoreFunction score = densities[name].Score;
        double[][] x = Sequence(41, seed: 5);
        Steps all = Feature(x).Range(2, 37);
        Matrix<double> a = Directions(2);
        double[] first = new double[Size * 37], second = new double[6 * 37], mixed = new double[4 * 37];
        score.First(all, first);
        score.Second(all, second);
        score.Mixed(all, shift, a, mixed);
        for (int t = 0; t < 37; t++)
        {
            double[] one = new double[Size], two = new double[6], both = new double[4];
            score.First(all.Range(t, 1), one);
            score.Second(all.Range(t, 1), two);
            score.Mixed(all.Range(t, 1), shift, a, both);
            for (int i = 0; i < Size; i++) Assert.Equal(one[i], first[i * 37 + t], 1e-12);
            for (int i = 0; i < 6; i++) Assert.Equal(two[i], second[i * 37 + t], 1e-12);
            for (int i = 0; i < 4; i++) Assert.Equal(both[i], mixed[i * 37 + t], 1e-11);
        }
    }

    [Fact]
    public void AGaussianThatIsNoneIsRejected()
    {
        Vector<double> mean = Vector<double>.Build.Dense(2);
        Matrix<double> indefinite = Matrix<double>.Build.DenseOfArray(new[,] { { 1.0, 2 }, { 2, 1 } }), skew = Matrix<double>.Build.DenseOfArray(new[,] { { 1.0, 0.5 }, { 0, 1 } });
        Assert.Contains("eigenvalue of -1", Assert.Throws<ArgumentException>(() => new WhiteGaussianScore(mean, indefinite)).Message);
        Assert.Contains("symmetric", Assert.Throws<ArgumentException>(() => new WhiteGaussianScore(mean, skew)).Message);
        Assert.Contains("(2, 2), but is (3, 3)", Assert.Throws<ArgumentException>(() => new GaussianMarkovScore(mean, Directions(3), indefinite.PointwiseAbs().DiagonalStack(indefinite).SubMatrix(0, 2, 0, 2) + 2 * Matrix<double>.Build.DenseIdentity(2))).Message);
        Assert.Contains("weight", Assert.Throws<ArgumentException>(() => new GaussianMixtureScore(new MixtureComponent(0, mean, skew))).Message);
        Assert.Throws<ArgumentException>(() => new GaussianMixtureScore());
    }

    static void Close(double expected, double actual) => Assert.Equal(expected, actual, 1e-6 * Math.Max(1, Math.Abs(expected)));

    static (IScoreFunction, Func<double[][], double>) White()
    {
        Vector<double> mean = Vector<double>.Build.Dense([0.3, -0.2, 0.5]);
        Matrix<double> covariance = Spread(1);
        return (new WhiteGaussianScore(mean, covariance), x => x.Sum(row => LogGaussian(Vector<double>.Build.Dense(row) - mean, covariance)));
    }

    static (IScoreFunction, Func<double[][], double>) Chain()
    {
        Vector<double> mean = Vector<double>.Build.Dense([0.3, -0.2, 0.5]);
        Matrix<double> transition = 0.4 * Directions(Size), innovation = Spread(2);
        return (new GaussianMarkovScore(mean, transition, innovation), x =>
            x.Skip(1).Select((now, t) => LogGaussian(Vector<double>.Build.Dense(now) - mean - transition * (Vector<double>.Build.Dense(x[t]) - mean), innovation)).Sum());
    }

    static (IScoreFunction, Func<double[][], double>) Mixture()
    {
        MixtureComponent[] components =
        [
            new(0.3, Vector<double>.Build.Dense([1.0, 0, -1]), Spread(3)), new(0.5, Vector<double>.Build.Dense([-1, 0.5, 0.2]), 0.7 * Spread(4)), new(0.2, Vector<double>.Build.Dense(Size), 2 * Spread(5)),
        ];
        return (new GaussianMixtureScore(components), x => x.Sum(row => Math.Log(components.Sum(c =>
            c.Weight / Math.Sqrt(c.Covariance.Determinant()) * Math.Exp(LogGaussian(Vector<double>.Build.Dense(row) - c.Mean, c.Covariance))))));
    }

    static double LogGaussian(Vector<double> z, Matrix<double> covariance) => -0.5 * (z * covariance.Solve(z));

    static Matrix<double> Spread(int seed)
    {
        RandomSource random = new(seed);
        var root = Matrix<double>.Build.Dense(Size, Size, (_, _) => random.Normal());
        return root * root.Transpose() / Size + 0.5 * Matrix<double>.Build.DenseIdentity(Size);
    }

    static Matrix<double> Directions(int count)
    {
        RandomSource random = new(count);
        return Matrix<double>.Build.Dense(count, Size, (_, _) => random.Normal()).NormalizeRows(2);
    }

    static double[][] Sequence(int steps, int seed)
    {
        RandomSource random = new(seed);
        return [.. Enumerable.Range(0, steps).Select(_ => Enumerable.Range(0, Size).Select(_ => random.Normal()).ToArray())];
    }

    static Steps Feature(double[][] x)
        => new(Enumerable.Range(0, Size).SelectMany(k => x.Select(row => row[k])).ToArray(), x.Length, 0, x.Length);
}
