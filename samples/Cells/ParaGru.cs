using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// ParaGRU, a GRU with diagonal recurrent weights (Danieli et al. 2025, ParaRNN, arXiv 2510.21450): z, r = σ(a h + W x + b), c = τ(a (r h) + W x + b),
/// h = (1 − z) h + z c. The recurrent weights start at 1.
/// </summary>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class ParaGru(int inputs, int units)
{
    [Weight] readonly Mat wz = new(units, inputs), wr = new(units, inputs), wc = new(units, inputs);
    [Weight(Init = Init.Ones)] readonly Vec az = new(units), ar = new(units), ac = new(units);
    [Weight] readonly Vec bz = new(units), br = new(units), bc = new(units);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        Vec z = Sigmoid(wz * x + az * h + bz);
        Vec r = Sigmoid(wr * x + ar * h + br);
        Vec c = Tanh(wc * x + ac * (h * r) + bc);
        h = (1 - z) * h + z * c;
        return h;
    }
}
