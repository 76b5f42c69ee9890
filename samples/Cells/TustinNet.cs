using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Tustin-Net (Pozzoli, Gallieri and Scattolini 2019, arXiv 1911.01310): the force of a mechanical system is a network of position, velocity and input,
/// v = v + T (F τ(Q q + V v + U u + b) + c), the position follows by Tustin's rule, q = q + T/2 (v + v₋₁).
/// </summary>
/// <param name="inputs">Size of u.</param>
/// <param name="axes">Degrees of freedom: size of q, v and of the output q.</param>
/// <param name="hidden">Size of the network's hidden layer.</param>
/// <param name="time">Time step T.</param>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class TustinNet(int inputs, int axes, int hidden, double time = 0.1)
{
    [Weight] readonly Mat wq = new(hidden, axes), wv = new(hidden, axes), wu = new(hidden, inputs), wf = new(axes, hidden);
    [Weight] readonly Vec bh = new(hidden), bf = new(axes);
    [State] Vec q = new(axes), v = new(axes);

    Vec Step(Vec u)
    {
        Vec force = wf * Tanh(wq * q + wv * v + wu * u + bh) + bf;
        Vec before = v;
        v = before + time * force;
        q = q + 0.5 * time * (v + before);
        return q;
    }
}
