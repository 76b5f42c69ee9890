using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>Simple recurrent network (Elman 1990): h = τ(W x + U h + b).</summary>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class Elman(int inputs, int units)
{
    [Weight] readonly Mat w = new(units, inputs);
    [Weight(Init = Init.Orthogonal)] readonly Mat u = new(units, units);
    [Weight] readonly Vec b = new(units);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        h = Tanh(w * x + u * h + b);
        return h;
    }
}
