using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Simple recurrent unit, published version (Lei et al. 2018, arXiv 1709.02755v5): f, r = σ(W x + v c + b), c = f c + (1 − f) W x, h = r c + (1 − r) x.
/// v c stands inside the gates, so it is not linear in its past. The highway is projected as in <see cref="Sru"/>; v starts at 1.
/// </summary>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class SruV2(int inputs, int units)
{
    [Weight] readonly Mat w = new(units, inputs), wf = new(units, inputs), wr = new(units, inputs), skip = new(units, inputs);
    [Weight(Init = Init.Ones)] readonly Vec vf = new(units), vr = new(units);
    [Weight] readonly Vec bf = new(units), br = new(units);
    [State] Vec c = new(units);

    Vec Step(Vec x)
    {
        Vec f = Sigmoid(wf * x + vf * c + bf);
        Vec r = Sigmoid(wr * x + vr * c + br);
        c = f * c + (1 - f) * (w * x);
        return r * c + (1 - r) * (skip * x);
    }
}
