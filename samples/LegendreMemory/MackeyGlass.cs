namespace Recurve.Forecasting;

/// <summary>
/// Series of the Mackey-Glass equation ẋ = 0.2 x(t − τ) / (1 + x(t − τ)¹⁰) − 0.1 x with τ = 17, a mildly chaotic one, to be forecast some steps ahead
/// (the benchmark of Voelker et al. 2019 and of Chilkuri and Eliasmith 2021): Euler steps of 1/substeps from a history of 1.2 ± 0.1, the first 100 steps dropped,
/// squashed to τ(x − 1), and centred by the mean of the series that are trained on.
/// </summary>
sealed class MackeyGlass
{
    /// <summary>How many steps ahead the target lies.</summary>
    public const int Ahead = 15;

    const int Delay = 17, Washout = 100;

    readonly float[][] series;
    readonly int length;

    /// <summary>Generates the series; the first half is trained on.</summary>
    /// <param name="count">Series, at least 2.</param>
    /// <param name="length">Steps of each.</param>
    /// <param name="substeps">Euler steps between two samples: 1 in the first authors' code, which is a map rather than the equation.</param>
    /// <param name="seed">Determines the histories.</param>
    public MackeyGlass(int count, int length, int substeps, int seed)
    {
        this.length = length;
        double[][] raw = [.. Enumerable.Range(0, count).Select(i => Generate(length + Ahead, substeps, RandomSource.For(seed, $"series {i}")))];
        Training = count / 2;
        double mean = raw.Take(Training).Average(s => s.Average());
        series = [.. raw.Select(s => s.Select(x => (float)(x - mean)).ToArray())];
    }

    /// <summary>Series to train on: those before this index. The others are for testing.</summary>
    public int Training { get; }

    /// <summary>Indices of the series for testing.</summary>
    public IEnumerable<int> Test => Enumerable.Range(Training, series.Length - Training);

    /// <summary>Inputs and targets of some series, each (series, length, 1).</summary>
    public (Tensor Inputs, Tensor Targets) Batch(IReadOnlyList<int> chosen) => (Select(chosen, 0), Select(chosen, Ahead));

    /// <summary>The error of forecasting the present value, as <see cref="RelativeError"/>.</summary>
    public double PersistenceError => RelativeError([.. Test.Select(i => (series[i][..length], series[i][Ahead..]))]);

    /// <summary>√(Σ(y − target)² / Σ target²) over everything: the root mean squared error in units of the targets' own (NRMSE).</summary>
    public static double RelativeError(IReadOnlyList<(float[] Forecasts, float[] Targets)> parts)
    {
        double error = 0, norm = 0;
        foreach (var (forecasts, targets) in parts)
        {
            for (int i = 0; i < targets.Length; i++)
            {
                error += ((double)forecasts[i] - targets[i]) * ((double)forecasts[i] - targets[i]);
                norm += (double)targets[i] * targets[i];
            }
        }
        return Math.Sqrt(error / norm);
    }

    Tensor Select(IReadOnlyList<int> chosen, int shift)
        => Tensor.FromArray([.. chosen.SelectMany(i => series[i].AsSpan(shift, length).ToArray())], chosen.Count, length, 1);

    static double[] Generate(int steps, int substeps, RandomSource random)
    {
        Queue<double> history = new(Enumerable.Range(0, Delay * substeps).Select(_ => random.Uniform(1.1, 1.3)));
        double[] samples = new double[steps];
        double x = 1.2;
        for (int t = -Washout; t < steps; t++)
        {
            for (int i = 0; i < substeps; i++)
            {
                double delayed = history.Dequeue();
                history.Enqueue(x);
                x += (0.2 * delayed / (1 + Math.Pow(delayed, 10)) - 0.1 * x) / substeps;
            }
            if (t >= 0) samples[t] = Math.Tanh(x - 1);
        }
        return samples;
    }
}
