using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Selective state space (Gu and Dao 2023, Mamba, arXiv 2312.00752): per channel 16 states h = e^(Δ A) h + B (Δ x), y = C·h + D x, with Δ = softplus(s·x + δ),
/// B and C made of x. A is diagonal and starts at −1 … −16, softplus(δ) spread from 0.001 to 0.1.
/// </summary>
/// <param name="units">Size of x and of the output; each has a column of the state.</param>
[Cell]
public sealed partial class S6(int units)
{
    const int N = 16;
    [Weight] readonly Mat wDelta = new(1, units), wB = new(N, units), wC = new(N, units);
    [Weight] readonly Vec delta = new(units, i => Math.Log(Math.Exp(0.001 * Math.Pow(100, (i + 0.5) / units)) - 1));
    [Weight] readonly Mat logA = new(N, units, (n, _) => Math.Log(1 + n));
    [Weight(Init = Init.Ones)] readonly Vec d = new(units);
    [State] Mat h = new(N, units);

    internal Vec Step(Vec x)
    {
        Vec step = Softplus(wDelta * x + delta);
        h = Hadamard(Exp(-Exp(logA) * Diagonal(step)), h) + Outer(wB * x, step * x);
        return Transpose(h) * (wC * x) + d * x;
    }
}
