using Recurve.Cells;

namespace Recurve.SeriesForecast;

/// <summary>A network that says the next value of a series at each step, and goes on from its own answers.</summary>
sealed class Forecaster
{
    readonly int window;
    readonly double mean, deviation;

    /// <param name="known">What may be learned from.</param>
    /// <param name="window">Steps of a training sequence.</param>
    /// <param name="units">Width of each layer.</param>
    /// <param name="seed">Determines the weights.</param>
    /// <exception cref="ArgumentException">There are too few values.</exception>
    public Forecaster(double[] known, int window, int units, int seed)
    {
        if (known.Length <= 5 * (window + 1))
            throw new ArgumentException($"Expected more than five times --window {window} values before the last --horizon ones, to learn from and to validate with, but there are {known.Length}.");
        this.window = window;
        mean = known.Average();
        deviation = Math.Max(Math.Sqrt(known.Average(v => (v - mean) * (v - mean))), 1e-12);
        Network = new(new Linear(1, units), new Lru(units, units), new MinGru(units, units), new Linear(units, 1));
        Network.Initialize(seed);
    }

    /// <summary>(batch, time, 1) to (batch, time, 1), in units of the deviation from the mean.</summary>
    public Sequential Network { get; }

    /// <summary>Minibatches of windows that begin <paramref name="stride"/> apart: inputs, and the same one step later.</summary>
    public IBatches<(Tensor Inputs, Tensor Targets)> Windows(double[] values, int stride, int batch, int? shuffleSeed)
    {
        int[] starts = [.. Enumerable.Range(0, (values.Length - window - 1) / stride + 1).Select(i => i * stride)];
        return Batches.Of(starts, batch, some => (Take(some, 0), Take(some, 1)), shuffleSeed);

        Tensor Take(IReadOnlyList<int> some, int shift)
            => Tensor.FromArray([.. some.SelectMany(start => values.Skip(start + shift).Take(window)).Select(v => (float)((v - mean) / deviation))], some.Count, window, 1);
    }

    /// <summary>The next values, each from the window before it: first of what is known, then of its own answers too.</summary>
    public double[] Continue(double[] known, int steps)
    {
        List<float> seen = [.. known.TakeLast(window).Select(v => (float)((v - mean) / deviation))];
        for (int i = 0; i < steps; i++)
        {
            float[] recent = [.. seen.TakeLast(window)];
            seen.Add(Network.Forward(Tensor.FromArray(recent, 1, recent.Length, 1).To(Device.Default)).ToArray()[^1]);
        }
        return [.. seen.TakeLast(steps).Select(v => mean + deviation * v)];
    }
}
