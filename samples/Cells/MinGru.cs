using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>minGRU (Feng et al. 2024, arXiv 2410.01201): z = σ(W x + b), h = (1 − z) h + z (V x + d).</summary>
[Cell]
public sealed partial class MinGru(int inputs, int units)
{
    [Weight] readonly Mat wz = new(units, inputs), wh = new(units, inputs);
    [Weight] readonly Vec bz = new(units), bh = new(units);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        Vec z = Sigmoid(wz * x + bz);
        h = (1 - z) * h + z * (wh * x + bh);
        return h;
    }
}
