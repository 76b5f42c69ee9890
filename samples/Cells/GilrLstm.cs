using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// GILR-LSTM (Martin and Cundy 2018, arXiv 1709.04057): an LSTM whose gates see a linear surrogate s of the hidden state, so that both states are scans.
/// s is a <see cref="Gilr"/> layer of x; f, i, o = σ(U s₋₁ + V x + b), z = τ(U s₋₁ + V x + b), c = f c + i z, h = o c.
/// s₋₁ is the surrogate one step before, as in the paper (its authors' code reads the current one). The forget bias starts at 5, as in that code.
/// </summary>
[Cell]
public sealed partial class GilrLstm(int inputs, int units)
{
    [Weight] readonly Mat ug = new(units, inputs), ui = new(units, inputs);
    [Weight] readonly Vec bg = new(units), bi = new(units);
    [Weight] readonly Mat vf = new(units, inputs), vi = new(units, inputs), vo = new(units, inputs), vz = new(units, inputs);
    [Weight] readonly Mat wf = new(units, units), wi = new(units, units), wo = new(units, units), wz = new(units, units);
    [Weight(Init = Init.Constant, Value = 5.0)] readonly Vec cf = new(units);
    [Weight] readonly Vec ci = new(units), co = new(units), cz = new(units);
    [State] Vec s = new(units), c = new(units);

    Vec Step(Vec x)
    {
        Vec f = Sigmoid(wf * s + vf * x + cf);
        Vec i = Sigmoid(wi * s + vi * x + ci);
        Vec o = Sigmoid(wo * s + vo * x + co);
        Vec z = Tanh(wz * s + vz * x + cz);
        Vec g = Sigmoid(ug * x + bg);
        s = g * s + (1 - g) * Tanh(ui * x + bi);
        c = f * c + i * z;
        return o * c;
    }
}
