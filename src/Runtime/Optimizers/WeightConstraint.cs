namespace Recurve;

/// <summary>Keeps weights within bounds: each is a projection to be applied after every step of the optimizer.</summary>
public static class WeightConstraint
{
    const int PowerIterations = 100;
    const double Converged = 1e-6;

    /// <summary>
    /// Moves every element into atLeast ≤ |u| ≤ atMost, keeping its sign (zero counts as positive): the bounds of independently recurrent
    /// weights over T steps are 2^(−1/T) and 2^(1/T) (Li et al. 2018, arXiv 1803.04831, section 4).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0 ≤ <paramref name="atLeast"/> ≤ <paramref name="atMost"/>.</exception>
    public static void Magnitude(Parameter parameter, double atMost, double atLeast = 0)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        if (!(atLeast >= 0)) throw new ArgumentOutOfRangeException(nameof(atLeast), atLeast, "Expected a number not below 0.");
        if (!(atMost >= atLeast)) throw new ArgumentOutOfRangeException(nameof(atMost), atMost, $"Expected a number not below {nameof(atLeast)}, {atLeast}.");
        float[] values = parameter.Value.ToArray();
        // a NaN stays one: Math.Clamp compares
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(Math.Clamp(Math.Abs((double)values[i]), atLeast, atMost) * (values[i] < 0 ? -1 : 1));
        parameter.Assign(values);
    }

    /// <summary>
    /// Scales a matrix (rows, columns) so that its largest singular value is at most <paramref name="atMost"/>; a matrix within the bound
    /// is not changed. The value is found by power iteration on UᵀU in float64.
    /// </summary>
    /// <returns>The largest singular value before.</returns>
    /// <exception cref="ArgumentException">The parameter is not a matrix.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="atMost"/> is negative or NaN.</exception>
    public static double SpectralNorm(Parameter parameter, double atMost)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        if (!(atMost >= 0)) throw new ArgumentOutOfRangeException(nameof(atMost), atMost, "Expected a number not below 0.");
        if (parameter.Value.Rank != 2) throw new ArgumentException($"SpectralNorm: expected a matrix, but {parameter} is not one.", nameof(parameter));
        float[] values = parameter.Value.ToArray();
        double norm = LargestSingularValue(values, parameter.Value.Dim(0), parameter.Value.Dim(1));
        if (norm > atMost) parameter.Assign([.. values.Select(v => (float)(v * (atMost / norm)))]);
        return norm;
    }

    static double LargestSingularValue(float[] matrix, int rows, int columns)
    {
        // a fixed start with a part along every direction, so that the result depends on the matrix alone
        RandomSource random = new(0);
        double[] v = [.. Enumerable.Range(0, columns).Select(_ => random.Uniform(0.5, 1.5))];
        double norm = 0;
        for (int n = 0; n < PowerIterations; n++)
        {
            double length = Math.Sqrt(v.Sum(x => x * x));
            if (!(length > 0)) return length;
            double[] product = new double[columns];
            double squares = 0;
            for (int r = 0; r < rows; r++)
            {
                double dot = 0;
                for (int c = 0; c < columns; c++) dot += matrix[r * columns + c] * v[c];
                squares += dot * dot;
                for (int c = 0; c < columns; c++) product[c] += matrix[r * columns + c] * dot;
            }
            double next = Math.Sqrt(squares) / length;
            v = [.. product.Select(x => x / length)];
            if (Math.Abs(next - norm) <= Converged * next) return next;
            norm = next;
        }
        return norm;
    }
}
