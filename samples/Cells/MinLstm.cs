using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// minLSTM (Feng et al. 2024, arXiv 2410.01201): f, i = σ(W x + b), normalised to sum to 1; c = f/(f + i) c + i/(f + i) (V x + d).
/// </summary>
[Cell]
public sealed partial class MinLstm(int inputs, int units)
{
    [Weight] readonly Mat wf = new(units, inputs), wi = new(units, inputs), wc = new(units, inputs);
    [Weight] readonly Vec bf = new(units), bi = new(units), bc = new(units);
    [State] Vec c = new(units);

    Vec Step(Vec x)
    {
        Vec f = Sigmoid(wf * x + bf);
        Vec i = Sigmoid(wi * x + bi);
        Vec scale = 1 / (f + i);
        c = f * scale * c + i * scale * (wc * x + bc);
        return c;
    }
}
