using MathNet.Numerics.LinearAlgebra;

namespace Recurve.Spectral;

/// <summary>
/// What a filter leaves of the outputs: y_t − Σ_k G_k x_{t−k}, over the inputs that a sequence has. The filter's own moment with S₁(x_{t−k}) is G_k, whatever the inputs' density, so the moment of
/// what it leaves is the error of G_k, with the variance of what it leaves.
/// </summary>
/// <param name="data">The sequences.</param>
/// <param name="first">The least lag; negative ones look ahead.</param>
/// <param name="filter">G_first, G_{first + 1}, …, each (d_y, d_x).</param>
sealed class FilterResidual(ISequenceSource data, int first, Matrix<double>[] filter) : ISequenceSource
{
    // for each output, in the order of the inputs: the greatest lag first
    readonly double[][] taps = [.. Enumerable.Range(0, data.Outputs).Select(l => filter.Reverse().SelectMany(g => g.Row(l)).ToArray())];

    public int Inputs => data.Inputs;

    public int Outputs => data.Outputs;

    public int Count => data.Count;

    public InputOutput Read(int index)
    {
        InputOutput sequence = data.Read(index);
        double[] x = Array.ConvertAll(sequence.Inputs.ToArray(), value => (double)value);
        ReadOnlySpan<float> y = sequence.Outputs.Span;
        float[] left = new float[y.Length];
        int known = x.Length / Inputs, lags = taps[0].Length / Inputs;
        for (int t = 0; t < y.Length / Outputs; t++)
        {
            int earliest = t - first - lags + 1, from = Math.Max(0, earliest), count = Math.Max(0, Math.Min(known, earliest + lags) - from) * Inputs;
            for (int l = 0; l < Outputs; l++)
                left[t * Outputs + l] = (float)(y[t * Outputs + l] - (count == 0 ? 0 : Rows.Dot(x.AsSpan(from * Inputs, count), taps[l].AsSpan((from - earliest) * Inputs, count))));
        }
        return new(sequence.Inputs, left);
    }
}
