using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Linear recurrent unit (Orvieto et al. 2023, arXiv 2303.06349): x = λ x + γ (B u), y = Re(C x) + D u with λ = exp(−e^ν + i e^θ) and complex B and
/// C. λ starts spread evenly over the unit disc, γ at √(1 − |λ|²); like the paper's code, its logarithm is trained.
/// </summary>
[Cell]
public sealed partial class Lru(int inputs, int units)
{
    [Weight] readonly Mat br = new(units, inputs), bi = new(units, inputs);
    [Weight] readonly Mat cr = new(inputs, units), ci = new(inputs, units);
    [Weight(Init = Init.Ones)] readonly Vec d = new(inputs);
    // |λ|² = (k + 1/2) / units: evenly over the disc's area, and the angles by the golden ratio
    [Weight] readonly Vec nu = new(units, k => Math.Log(-0.5 * Math.Log((k + 0.5) / units)));
    [Weight] readonly Vec theta = new(units, k => Math.Log(2 * Math.PI * ((k + 0.5) * 0.6180339887498949 % 1)));
    [Weight] readonly Vec gamma = new(units, k => 0.5 * Math.Log(1 - (k + 0.5) / units));
    [State] CVec x = new(units);

    Vec Step(Vec u)
    {
        CVec lambda = Polar(Exp(-Exp(nu)), Exp(theta));
        x = lambda * x + Exp(gamma) * Complex(br * u, bi * u);
        return cr * Real(x) - ci * Imaginary(x) + d * u;
    }
}
