using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// LSTM factorised by design (Kuchaiev and Ginsburg 2017, F-LSTM, arXiv 1703.10722): all four gates are W₂ W₁ [x, h] + b with W₁ of few rows;
/// i, f, o = σ, g = τ, c = f c + i g, h = o τ(c), stacked in the order i, f, g, o.
/// </summary>
/// <param name="inputs">Size of x.</param>
/// <param name="units">Size of both states and of the output.</param>
/// <param name="rank">Rows of W₁.</param>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class LowRankLstm(int inputs, int units, int rank)
{
    [Weight] readonly Mat w = new(rank, inputs), u = new(rank, units), expand = new(4 * units, rank);
    [Weight] readonly Vec b = new(4 * units);
    [State] Vec h = new(units), c = new(units);

    Vec Step(Vec x)
    {
        Vec gates = expand * (w * x + u * h) + b;
        Vec i = Sigmoid(Slice(gates, 0, units));
        Vec f = Sigmoid(Slice(gates, units, units));
        Vec g = Tanh(Slice(gates, 2 * units, units));
        Vec o = Sigmoid(Slice(gates, 3 * units, units));
        c = f * c + i * g;
        h = o * Tanh(c);
        return h;
    }
}
