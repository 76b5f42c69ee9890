using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Feedforward sequential memory network, vectorised, of order 3 (Zhang et al. 2015, arXiv 1512.08301): p = relu(W x + b), a tapped delay line
/// m = a₀ p + a₁ p₋₁ + a₂ p₋₂ + a₃ p₋₃, y = relu(V p + U m + d). Its states are delays: nothing recurs.
/// </summary>
[Cell]
public sealed partial class Fsmn(int inputs, int units)
{
    [Weight] readonly Mat w = new(units, inputs), v = new(units, units), u = new(units, units);
    [Weight] readonly Vec b = new(units), d = new(units);
    [Weight(Init = Init.Constant, Value = 0.25)] readonly Vec a0 = new(units), a1 = new(units), a2 = new(units), a3 = new(units);
    [State] Vec p1 = new(units), p2 = new(units), p3 = new(units);

    Vec Step(Vec x)
    {
        Vec p = Relu(w * x + b);
        Vec memory = a0 * p + a1 * p1 + a2 * p2 + a3 * p3;
        (p1, p2, p3) = (p, p1, p2);
        return Relu(v * p + u * memory + d);
    }
}
