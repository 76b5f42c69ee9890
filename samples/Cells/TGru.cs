using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Strongly typed GRU (Balduzzi and Ghifary 2016, arXiv 1602.02218), its gates made of x and the input before it:
/// z = W x + V x₋₁ + b, f = σ(…), o = τ(…), h = f h + z o.
/// </summary>
[Cell]
public sealed partial class TGru(int inputs, int units)
{
    [Weight] readonly Mat wz = new(units, inputs), wf = new(units, inputs), wo = new(units, inputs);
    [Weight] readonly Mat vz = new(units, inputs), vf = new(units, inputs), vo = new(units, inputs);
    [Weight] readonly Vec bz = new(units), bf = new(units), bo = new(units);
    [State] Vec previous = new(inputs), h = new(units);

    Vec Step(Vec x)
    {
        Vec z = wz * x + vz * previous + bz;
        Vec f = Sigmoid(wf * x + vf * previous + bf);
        Vec o = Tanh(wo * x + vo * previous + bo);
        previous = x;
        h = f * h + z * o;
        return h;
    }
}
