using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// ParaLSTM, an LSTM with diagonal recurrent weights, peepholes and coupled gates (Danieli et al. 2025, ParaRNN, arXiv 2510.21450):
/// f = σ(W x + a h + p c + b), z = τ(W x + a h + b), c = f c + (1 − f) z, o = σ(W x + a h + p c + b) with the new c, h = o τ(c). The recurrent weights start at 1.
/// </summary>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class ParaLstm(int inputs, int units)
{
    [Weight] readonly Mat wf = new(units, inputs), wz = new(units, inputs), wo = new(units, inputs);
    [Weight(Init = Init.Ones)] readonly Vec af = new(units), az = new(units), ao = new(units), pf = new(units), po = new(units);
    [Weight] readonly Vec bf = new(units), bz = new(units), bo = new(units);
    [State] Vec h = new(units), c = new(units);

    Vec Step(Vec x)
    {
        Vec f = Sigmoid(wf * x + af * h + pf * c + bf);
        Vec z = Tanh(wz * x + az * h + bz);
        Vec memory = f * c + (1 - f) * z;
        Vec o = Sigmoid(wo * x + ao * h + po * memory + bo);
        (c, h) = (memory, o * Tanh(memory));
        return h;
    }
}
