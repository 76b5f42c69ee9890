using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>Slim LSTM, variant 4 (Akandeh and Salem 2017, arXiv 1707.04619): gates of the same channel's state, i, f, o = σ(u ⊙ h); g = τ(W x + U h + b), c = f c + i g, h = o τ(c).</summary>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class SlimLstm4(int inputs, int units)
{
    [Weight] readonly Mat w = new(units, inputs), u = new(units, units);
    [Weight] readonly Vec b = new(units), ui = new(units), uf = new(units), uo = new(units);
    [State] Vec h = new(units), c = new(units);

    Vec Step(Vec x)
    {
        Vec i = Sigmoid(ui * h);
        Vec f = Sigmoid(uf * h);
        Vec o = Sigmoid(uo * h);
        c = f * c + i * Tanh(w * x + u * h + b);
        h = o * Tanh(c);
        return h;
    }
}
