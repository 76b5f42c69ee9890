using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Strongly typed recurrent network (Balduzzi and Ghifary 2016, arXiv 1602.02218): f = σ(V x + b), h = f h + (1 − f) W x.
/// </summary>
[Cell]
public sealed partial class TRnn(int inputs, int units)
{
    [Weight] readonly Mat w = new(units, inputs), v = new(units, inputs);
    [Weight] readonly Vec b = new(units);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        Vec f = Sigmoid(v * x + b);
        h = f * h + (1 - f) * (w * x);
        return h;
    }
}
