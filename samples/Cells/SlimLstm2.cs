using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>Slim LSTM, variant 2 (Lu and Salem 2017, arXiv 1701.03441): gates of the state alone, i, f, o = σ(U h); g = τ(W x + U h + b), c = f c + i g, h = o τ(c).</summary>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class SlimLstm2(int inputs, int units)
{
    [Weight] readonly Mat w = new(units, inputs), u = new(units, units), ui = new(units, units), uf = new(units, units), uo = new(units, units);
    [Weight] readonly Vec b = new(units);
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
