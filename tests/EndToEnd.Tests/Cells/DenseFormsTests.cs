using System.Numerics;
using Recurve.Cells;
using Recurve.Kernels;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>
/// Four ways to the states of m = A m + B u (Chilkuri and Eliasmith 2021): step by step, in chunks, the last one alone, and convolved with the impulse response
/// through the frequency domain, which is written here alone (docs/decisions/0014).
/// </summary>
[Collection(nameof(Alone))]
public sealed class DenseFormsTests : IDisposable
{
    const int Inputs = 3, Order = 12;

    readonly Course? before = Planner.Forced;

    public void Dispose() => Planner.Forced = before;

    [Theory]
    [InlineData(1, 64)]
    [InlineData(2, 257)]
    [InlineData(3, 1000)]
    public void All_forms_agree(int batch, int time)
    {
        var random = new Random(batch + time);
        float[] numbers = [.. Enumerable.Range(0, batch * time * Inputs).Select(_ => random.NextSingle() - 0.5f)];
        var cell = new PlainMemory(Inputs, Order);
        var u = Tensor.FromArray(numbers, batch, time, Inputs);
        var expected = Convolved(numbers, batch, time);
        foreach (var (form, course) in new[] { ("step by step", Course.Serial), ("in chunks", Course.Split) })
        {
            Planner.Forced = course;
            Compare(form, cell.Forward(u).ToArray(), expected);
        }
        Planner.Forced = null;
        var last = new Sequential(cell, new LastStep()).Forward(u).ToArray();
        Assert.Contains("only the last step", cell.LastRun!.ToString(), StringComparison.Ordinal);
        Compare("the last alone", last, [.. Enumerable.Range(0, batch).SelectMany(b => expected.Skip(((b + 1) * time - 1) * Order).Take(Order))]);
    }

    static void Compare(string form, float[] actual, double[] expected)
    {
        var norm = Math.Sqrt(expected.Sum(v => v * v));
        var error = Math.Sqrt(expected.Zip(actual, (x, y) => (x - y) * (x - y)).Sum());
        Assert.True(error <= 1e-6 * norm, $"{form}: relative error {error / norm:E2}");
    }

    /// <summary>Every state, (batch, time, order), in double precision: the inverse transform of the product of the transforms, of twice the length.</summary>
    static double[] Convolved(float[] u, int batch, int time)
    {
        var length = (int)BitOperations.RoundUpToPowerOf2((uint)(2 * time));
        var memory = LegendreMemory.Of(Order, PlainMemory.Window);
        var states = new double[batch * time * Order];
        for (var column = 0; column < Inputs; column++)
        {
            // the impulse response of a column of B, stored as the cell stores A and B
            var row = Enumerable.Range(0, Order).Select(i => (double)(float)(memory.B(i) / (1 + column))).ToArray();
            var responses = Enumerable.Range(0, Order).Select(_ => new Complex[length]).ToArray();
            for (var t = 0; t < time; t++)
            {
                for (var i = 0; i < Order; i++) responses[i][t] = row[i];
                row = [.. Enumerable.Range(0, Order).Select(i => Enumerable.Range(0, Order).Sum(j => (double)(float)memory.A(i, j) * row[j]))];
            }
            var spectra = responses.Select(r => Transform(r, 1)).ToArray();
            for (var b = 0; b < batch; b++)
            {
                var signal = new Complex[length];
                for (var t = 0; t < time; t++) signal[t] = u[(b * time + t) * Inputs + column];
                signal = Transform(signal, 1);
                for (var i = 0; i < Order; i++)
                {
                    var product = Transform([.. signal.Zip(spectra[i], (x, y) => x * y)], -1);
                    for (var t = 0; t < time; t++) states[(b * time + t) * Order + i] += product[t].Real / length;
                }
            }
        }
        return states;
    }

    /// <summary>Σ x_t e^(∓2πi t k / n), n a power of two, by halves (Cooley and Tukey 1965).</summary>
    static Complex[] Transform(Complex[] x, int sign)
    {
        if (x.Length == 1) return x;
        var (even, odd) = (Transform([.. x.Where((_, i) => i % 2 == 0)], sign), Transform([.. x.Where((_, i) => i % 2 == 1)], sign));
        var result = new Complex[x.Length];
        for (var k = 0; k < odd.Length; k++)
        {
            var turned = Complex.FromPolarCoordinates(1, -sign * 2 * Math.PI * k / x.Length) * odd[k];
            (result[k], result[k + odd.Length]) = (even[k] + turned, even[k] - turned);
        }
        return result;
    }
}
