using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// GILR-LSTM (Martin and Cundy 2018, arXiv 1709.04057): an LSTM whose gates see a linear surrogate s of the hidden state, so that both states are scans.
/// s is a <see cref="Gilr"/> layer of x; f, i, o = σ(U s₋₁ + V x + b), z = τ(U s₋₁ + V x + b), c = f c + i z, h = o c.
/// s₋₁ is the surrogate one step before, as in the paper (its authors' code reads the current one). The forget biases start between 0 and log(horizon − 1),
/// so that the channels' memories cover spans up to the horizon (chrono initialization, Tallec and Ollivier 2018, arXiv 1804.11188); the default ends at 5, the constant of the authors' code.
/// The input biases start at 0, not at minus the forget biases as there: input gates that are nearly closed on all steps alike leave the first symbol too small to be learned (docs/performance.md, the first-symbol task).
/// </summary>
/// <param name="inputs">Size of x.</param>
/// <param name="units">Size of both states and of the output.</param>
/// <param name="horizon">Longest span, in steps, that is to be remembered from the start.</param>
[Cell]
public sealed partial class GilrLstm(int inputs, int units, int horizon = 150)
{
    [Weight] readonly Mat ug = new(units, inputs), ui = new(units, inputs);
    [Weight] readonly Vec bg = new(units), bi = new(units);
    [Weight] readonly Mat vf = new(units, inputs), vi = new(units, inputs), vo = new(units, inputs), vz = new(units, inputs);
    [Weight] readonly Mat wf = new(units, units), wi = new(units, units), wo = new(units, units), wz = new(units, units);
    [Weight] readonly Vec cf = new(units, i => Math.Log(1 + (horizon - 2) * (i + 1.0) / units));
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
