using System.Collections.Concurrent;

namespace Recurve.Cells;

/// <summary>
/// The linear memory of Legendre memory units (Voelker et al. 2019; Chilkuri and Eliasmith 2021, arXiv 2102.11417) in discrete time: θ ṁ = A m + B u with
/// a_ij = (2i + 1) (−1 if i &lt; j else (−1)^(i−j+1)) and b_i = (2i + 1) (−1)^i, held constant within a step, so that m = Ā m + B̄ u.
/// m holds the last θ steps of u as coefficients of Legendre polynomials.
/// </summary>
public sealed class LegendreMemory
{
    static readonly ConcurrentDictionary<(int, double), LegendreMemory> known = new();

    readonly double[,] step;

    LegendreMemory(int order, double window)
    {
        // d/dt (m, u) = ([A B; 0 0] / θ) (m, u): the exponential has Ā and B̄ = A⁻¹(Ā − I) B above its last row
        var rates = new double[order + 1, order + 1];
        for (int i = 0; i < order; i++)
        {
            for (int j = 0; j < order; j++) rates[i, j] = (2 * i + 1) * (i < j || (i - j) % 2 == 0 ? -1 : 1) / window;
            rates[i, order] = (2 * i + 1) * (i % 2 == 0 ? 1 : -1) / window;
        }
        step = MatrixExponential.Of(rates);
    }

    /// <summary>The memory of an order (size of m, at least 1) and a window (θ > 0, in steps); computed once.</summary>
    public static LegendreMemory Of(int order, double window) => known.GetOrAdd((order, window), key => new(key.Item1, key.Item2));

    /// <summary>Element of Ā, order × order.</summary>
    public double A(int i, int j) => step[i, j];

    /// <summary>Element of B̄, order × 1.</summary>
    public double B(int i) => step[i, step.GetLength(0) - 1];
}
