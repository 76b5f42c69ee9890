using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Strongly typed LSTM (Balduzzi and Ghifary 2016, arXiv 1602.02218), its gates made of x and the input before it:
/// z = W x + V x₋₁ + b, f, i = σ(…), o = τ(…), c = f c + i z, h = c o.
/// </summary>
[Cell]
public sealed partial class TLstm(int inputs, int units)
{
    [Weight] readonly Mat wz = new(units, inputs), wf = new(units, inputs), wi = new(units, inputs), wo = new(units, inputs);
    [Weight] readonly Mat vz = new(units, inputs), vf = new(units, inputs), vi = new(units, inputs), vo = new(units, inputs);
    [Weight] readonly Vec bz = new(units), bf = new(units), bi = new(units), bo = new(units);
    [State] Vec previous = new(inputs), c = new(units);

    Vec Step(Vec x)
    {
        Vec z = wz * x + vz * previous + bz;
        Vec f = Sigmoid(wf * x + vf * previous + bf);
        Vec i = Sigmoid(wi * x + vi * previous + bi);
        Vec o = Tanh(wo * x + vo * previous + bo);
        previous = x;
        c = f * c + i * z;
        return c * o;
    }
}
