using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>Simple recurrent network (Elman 1990): h = τ(W x + U h + b). Starts as PyTorch's <c>nn.RNN</c>, uniform in ±1/√units.</summary>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class Elman(int inputs, int units)
{
    [Weight(FanIn = nameof(units))] readonly Mat w = new(units, inputs), u = new(units, units);
    [Weight(FanIn = nameof(units))] readonly Vec b = new(units);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        h = Tanh(w * x + u * h + b);
        return h;
    }
}
