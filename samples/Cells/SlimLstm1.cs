using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>Slim LSTM, variant 1 (Lu and Salem 2017, arXiv 1701.03441): gates without the input, i, f, o = σ(U h + b); g = τ(W x + U h + b), c = f c + i g, h = o τ(c).</summary>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class SlimLstm1(int inputs, int units)
{
    [Weight] readonly Mat w = new(units, inputs), u = new(units, units), ui = new(units, units), uf = new(units, units), uo = new(units, units);
    [Weight] readonly Vec b = new(units), bi = new(units), bf = new(units), bo = new(units);
    [State] Vec h = new(units), c = new(units);

    Vec Step(Vec x)
    {
        Vec i = Sigmoid(ui * h + bi);
        Vec f = Sigmoid(uf * h + bf);
        Vec o = Sigmoid(uo * h + bo);
        c = f * c + i * Tanh(w * x + u * h + b);
        h = o * Tanh(c);
        return h;
    }
}
