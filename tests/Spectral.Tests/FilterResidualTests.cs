using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral.Tests;

/// <summary>What a filter leaves, against the sum written out.</summary>
public sealed class FilterResidualTests
{
    [Theory]
    [InlineData(0, 3, 10)]
    [InlineData(-2, 5, 10)]
    [InlineData(-2, 5, 1)]
    [InlineData(1, 2, 3)]
    [InlineData(0, 1, 0)]
    public void IsTheOutputsLessTheFilteredInputs(int first, int lags, int steps)
    {
        RandomSource random = new(steps);
        float[] x = [.. Enumerable.Range(0, steps * 2).Select(_ => (float)random.Normal())], y = [.. Enumerable.Range(0, steps * 3).Select(_ => (float)random.Normal())];
        Matrix<double>[] filter = [.. Enumerable.Range(0, lags).Select(_ => Matrix<double>.Build.Dense(3, 2, (_, _) => random.Normal()))];
        float[] left = new FilterResidual(new SequenceSource(2, 3, 1, _ => new(x, y)), first, filter).Read(0).Outputs.ToArray();
        for (int t = 0; t < steps; t++)
        {
            for (int l = 0; l < 3; l++)
            {
                double expected = y[t * 3 + l];
                for (int i = 0; i < lags; i++)
                    for (int k = 0; k < 2; k++)
                        if (t - first - i >= 0 && t - first - i < steps) expected -= filter[i][l, k] * x[(t - first - i) * 2 + k];
                Assert.Equal(expected, left[t * 3 + l], 1e-5);
            }
        }
    }
}
