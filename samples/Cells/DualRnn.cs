using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Dual recurrent network (Zhang et al. 2020, DuRNN, arXiv 2005.13867), a reading of its abstract: a short-term part s = relu(W x + U s + b) with full recurrent
/// weights, a selection g = σ(G s + V x + c) of what is worth keeping, and a long-term part l = relu(L (g s) + u l + d) with independent ones, |u| ≤ 2^(1/T) by
/// u = 2^(1/T) τ(ρ). U starts orthogonal, its norm at 1; T is the horizon.
/// </summary>
/// <param name="inputs">Size of x.</param>
/// <param name="units">Size of both states and of the output l.</param>
/// <param name="horizon">Longest span, in steps, over which the long-term part may not explode.</param>
[Cell]
public sealed partial class DualRnn(int inputs, int units, int horizon = 1000)
{
    [Weight] readonly Mat ws = new(units, inputs), vg = new(units, inputs), wg = new(units, units), wl = new(units, units);
    [Weight(Init = Init.Orthogonal)] readonly Mat us = new(units, units);
    [Weight] readonly Vec bs = new(units), bg = new(units), bl = new(units);
    [Weight(Init = Init.Constant, Value = 2.0)] readonly Vec rho = new(units);
    [State(Strategy = Strategy.Sequential)] Vec s = new(units);
    [State] Vec l = new(units);

    Vec Step(Vec x)
    {
        s = Relu(ws * x + us * s + bs);
        Vec g = Sigmoid(wg * s + vg * x + bg);
        Vec u = Math.Pow(2, 1.0 / horizon) * Tanh(rho);
        l = Relu(wl * (g * s) + u * l + bl);
        return l;
    }
}
