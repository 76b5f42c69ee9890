using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// HGRN, its real form (Qin, Yang and Zhong 2023, arXiv 2311.04823): a forget gate λ = γ + (1 − γ) σ(W x + b) with a trained lower bound γ,
/// h = λ h + (1 − λ) silu(V x + d), y = σ(G x + e) h. The bound, which the paper orders across layers, is σ(floor) of this layer alone.
/// </summary>
[Cell]
public sealed partial class Hgrn(int inputs, int units)
{
    [Weight] readonly Mat wf = new(units, inputs), wc = new(units, inputs), wg = new(units, inputs);
    [Weight] readonly Vec bf = new(units), bc = new(units), bg = new(units);
    [Weight] readonly Vec floor = new(units);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        Vec lowest = Sigmoid(floor);
        Vec forget = lowest + (1 - lowest) * Sigmoid(wf * x + bf);
        h = forget * h + (1 - forget) * Silu(wc * x + bc);
        return Sigmoid(wg * x + bg) * h;
    }
}
