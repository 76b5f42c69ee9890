using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Simple recurrent unit, first version (Lei et al. 2017, arXiv 1709.02755v1): f, r = σ(W x + b), c = f c + (1 − f) W x, h = r c + (1 − r) x.
/// The highway needs an input as wide as the state; it is projected here, as the paper does for layers of unequal widths.
/// </summary>
[Cell]
public sealed partial class Sru(int inputs, int units)
{
    [Weight] readonly Mat w = new(units, inputs), wf = new(units, inputs), wr = new(units, inputs), skip = new(units, inputs);
    [Weight] readonly Vec bf = new(units), br = new(units);
    [State] Vec c = new(units);

    Vec Step(Vec x)
    {
        Vec f = Sigmoid(wf * x + bf);
        Vec r = Sigmoid(wr * x + br);
        c = f * c + (1 - f) * (w * x);
        return r * c + (1 - r) * (skip * x);
    }
}
