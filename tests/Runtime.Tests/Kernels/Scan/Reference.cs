namespace Recurve.Runtime.Tests.Kernels.Scan;

/// <summary>What a recurrence is run on.</summary>
sealed record Shape(int Batch, int Steps, int Width)
{
    public bool Lengths { get; init; }
    public bool Reverse { get; init; }
    public bool Resets { get; init; }
    public bool Start { get; init; } = true;
    public bool Initial { get; init; } = true;

    /// <summary>Adjoint arrives at the state sequence.</summary>
    public bool SequenceAdjoint { get; init; } = true;

    /// <summary>Stream adjoints are added to what is there.</summary>
    public bool Add { get; init; }

    public int Seed { get; init; } = 1;
}

/// <summary>Numbers of one case, (batch, time, channel) row by row; a per-call stream and the initial state are one row.</summary>
sealed class Numbers
{
    public required float[][] Streams { get; init; }
    public required float[][] OutputAdjoints { get; init; }
    public required float[][] SequenceAdjoints { get; init; }
    public required float[][] Starts { get; init; }
    public required float[][] Initials { get; init; }
    public required float[][] EndAdjoints { get; init; }
    public required int[] Lengths { get; init; }
    public required float[] Resets { get; init; }

    public static Numbers Of(Cell cell, Shape shape)
    {
        var random = new Random(shape.Seed);
        var (b, t, f) = (shape.Batch, shape.Steps, shape.Width);
        float[] Row(long n, double low, double high) => [.. Enumerable.Range(0, checked((int)n)).Select(_ => (float)(low + (high - low) * random.NextDouble()))];
        float[][] Rows(int count, long n) => [.. Enumerable.Range(0, count).Select(_ => Row(n, -1, 1))];
        var states = cell.States;
        var all = (long)b * t * f;
        return new()
        {
            Streams = [.. cell.Streams.Select(kind => kind == Cell.PerCall ? Row(f, -1, 1) : Row(all, kind == Cell.Decay ? 0.7 : kind == Cell.Small ? -0.5 : -1, kind == Cell.Small ? 0.5 : 1))],
            OutputAdjoints = Rows(cell.Outputs, all),
            SequenceAdjoints = Rows(states, all),
            Starts = Rows(states, (long)b * f),
            Initials = Rows(states, f),
            EndAdjoints = Rows(states, (long)b * f),
            Lengths = [.. Enumerable.Range(0, b).Select(i => !shape.Lengths ? t : i == 0 ? t / 2 : i == 1 ? 0 : random.Next(t + 1))],
            Resets = [.. Enumerable.Range(0, b * t).Select(_ => shape.Resets && random.NextDouble() < 5.0 / Math.Max(6, t) ? 1f : 0f)],
        };
    }
}

/// <summary>Everything a recurrence computes, by name; in double precision from <see cref="Run"/>.</summary>
static class Reference
{
    /// <summary>The serial loop and its adjoint.</summary>
    public static Dictionary<string, double[]> Run(Cell cell, Shape shape, Numbers x)
    {
        var (b, t, f, k, n) = (shape.Batch, shape.Steps, shape.Width, cell.States, cell.Streams.Length);
        var results = new Dictionary<string, double[]>();
        double[] Result(string name, long size) => results[name] = new double[size];
        var all = (long)b * t * f;
        double[][] outputs = [.. Enumerable.Range(0, cell.Outputs).Select(i => Result($"output {i}", all))];
        double[][] sequences = [.. Enumerable.Range(0, k).Select(i => Result($"state {i}", all))];
        double[][] ends = [.. Enumerable.Range(0, k).Select(i => Result($"end {i}", (long)b * f))];
        double[][] streamAdjoints = [.. Enumerable.Range(0, n).Select(i => Result($"stream adjoint {i}", x.Streams[i].Length))];
        double[][] startAdjoints = [.. Enumerable.Range(0, k).Select(i => Result($"start adjoint {i}", (long)b * f))];
        double[][] initialAdjoints = [.. Enumerable.Range(0, k).Select(i => Result($"initial adjoint {i}", f))];

        var (u, p, s, y) = (new Dual[n], new Dual[k], new Dual[k], new Dual[cell.Outputs]);
        var (olds, carry, delta) = (new double[k][], new double[k], new double[k]);
        for (var i = 0; i < k; i++) olds[i] = new double[t];
        for (var batch = 0; batch < b; batch++)
            for (var c = 0; c < f; c++)
            {
                var length = x.Lengths[batch];
                int Row(int step) => shape.Reverse ? length - 1 - step : step;
                long At(int row) => ((long)batch * t + row) * f + c;
                double Initial(int i) => shape.Initial ? x.Initials[i][c] : 0;
                void Step(int row)
                {
                    for (var i = 0; i < n; i++) u[i] = Dual.Variable(x.Streams[i][cell.Streams[i] == Cell.PerCall ? c : At(row)], i);
                    for (var i = 0; i < k; i++) p[i] = Dual.Variable(olds[i][row], n + i);
                    cell.Step(u, p, s, y);
                }

                var value = new double[k];
                for (var i = 0; i < k; i++) value[i] = shape.Start ? x.Starts[i][(long)batch * f + c] : Initial(i);
                for (var step = 0; step < length; step++)
                {
                    var row = Row(step);
                    for (var i = 0; i < k; i++) olds[i][row] = x.Resets[batch * t + row] != 0 ? Initial(i) : value[i];
                    Step(row);
                    for (var i = 0; i < k; i++) sequences[i][At(row)] = value[i] = s[i].Value;
                    for (var i = 0; i < cell.Outputs; i++) outputs[i][At(row)] = y[i].Value;
                }
                for (var i = 0; i < k; i++) (ends[i][(long)batch * f + c], carry[i]) = (value[i], x.EndAdjoints[i][(long)batch * f + c]);

                for (var step = length - 1; step >= 0; step--)
                {
                    var row = Row(step);
                    Step(row);
                    if (shape.SequenceAdjoint)
                        for (var i = 0; i < k; i++) carry[i] += x.SequenceAdjoints[i][At(row)];
                    double Adjoint(int operand)
                    {
                        double sum = 0;
                        for (var i = 0; i < k; i++) sum += s[i][operand] * carry[i];
                        for (var i = 0; i < cell.Outputs; i++) sum += y[i][operand] * x.OutputAdjoints[i][At(row)];
                        return sum;
                    }
                    for (var i = 0; i < n; i++) streamAdjoints[i][cell.Streams[i] == Cell.PerCall ? c : At(row)] += Adjoint(i);
                    for (var i = 0; i < k; i++) delta[i] = Adjoint(n + i);
                    for (var i = 0; i < k; i++)
                    {
                        var isReset = x.Resets[batch * t + row] != 0;
                        if (isReset) initialAdjoints[i][c] += delta[i];
                        carry[i] = isReset ? 0 : delta[i];
                    }
                }
                for (var i = 0; i < k; i++)
                {
                    if (shape.Start) startAdjoints[i][(long)batch * f + c] = carry[i];
                    else initialAdjoints[i][c] += carry[i];
                }
            }
        return results;
    }

    /// <summary>
    /// Root of mean squared error over root of mean square. Numbers of a case are of the order of one, and a sum over n rows is of the order
    /// of √n: an array that is smaller by chance or by decay is measured against that.
    /// </summary>
    public static double RelativeError(double[] actual, double[] expected, long summedRows = 1)
    {
        double error = 0, norm = 0;
        for (long i = 0; i < expected.Length; i++)
        {
            error += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            norm += expected[i] * expected[i];
        }
        return error == 0 ? 0 : Math.Sqrt(error / Math.Max(norm, (double)expected.Length * summedRows));
    }
}
