using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// <see cref="GilrLstm"/> put together from parts (Martin and Cundy 2018, arXiv 1709.04057): the linear surrogate is a <see cref="Gilr"/> layer,
/// the gates read its state one step before: f, i, o = σ(U s₋₁ + V x + b), z = τ(U s₋₁ + V x + b), c = f c + i z, h = o c.
/// </summary>
/// <param name="inputs">Size of x.</param>
/// <param name="units">Size of both states and of the output.</param>
/// <param name="horizon">Longest span, in steps, that is to be remembered from the start.</param>
[Cell]
public sealed partial class GilrPart(int inputs, int units, int horizon = 150)
{
    readonly Gilr surrogate = new(inputs, units);
    [Weight] readonly Mat vf = new(units, inputs), vi = new(units, inputs), vo = new(units, inputs), vz = new(units, inputs);
    [Weight] readonly Mat wf = new(units, units), wi = new(units, units), wo = new(units, units), wz = new(units, units);
    [Weight] readonly Vec cf = new(units, i => Math.Log(1 + (horizon - 2) * (i + 1.0) / units));
    [Weight] readonly Vec ci = new(units), co = new(units), cz = new(units);
    [State] Vec c = new(units);

    Vec Step(Vec x)
    {
        Vec s = surrogate.h;
        Vec f = Sigmoid(wf * s + vf * x + cf);
        Vec i = Sigmoid(wi * s + vi * x + ci);
        Vec o = Sigmoid(wo * s + vo * x + co);
        Vec z = Tanh(wz * s + vz * x + cz);
        surrogate.Step(x);
        c = f * c + i * z;
        return o * c;
    }
}
