using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Quasi-recurrent network with fo-pooling and a window of 2 (Bradbury et al. 2017, arXiv 1611.01576): z = τ, f, o = σ of a convolution over
/// x and the input before it; c = f c + (1 − f) z, h = o c.
/// </summary>
[Cell]
public sealed partial class Qrnn(int inputs, int units)
{
    [Weight] readonly Mat wz = new(units, inputs), wf = new(units, inputs), wo = new(units, inputs);
    [Weight] readonly Mat vz = new(units, inputs), vf = new(units, inputs), vo = new(units, inputs);
    [Weight] readonly Vec bz = new(units), bf = new(units), bo = new(units);
    [State] Vec previous = new(inputs), c = new(units);

    Vec Step(Vec x)
    {
        Vec z = Tanh(wz * x + vz * previous + bz);
        Vec f = Sigmoid(wf * x + vf * previous + bf);
        Vec o = Sigmoid(wo * x + vo * previous + bo);
        previous = x;
        c = f * c + (1 - f) * z;
        return o * c;
    }
}
