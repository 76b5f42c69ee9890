using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Selective state space (Gu and Dao 2023, Mamba, arXiv 2312.00752): per channel 16 states h = e^(Δ A) h + (Δ x) B, y = C·h + D x, with Δ = softplus(s·x + δ),
/// B and C made of x. The states lie in one vector, 16 blocks of all channels, so that A is diagonal; A starts at −1 … −16, softplus(δ) spread from 0.001 to 0.1.
/// </summary>
[Cell]
public sealed partial class S6(int units)
{
    const int N = 16;
    [Weight] readonly Mat wDelta = new(1, units), wB = new(N, units), wC = new(N, units);
    [Weight] readonly Vec delta = new(units, i => Math.Log(Math.Exp(0.001 * Math.Pow(100, (i + 0.5) / units)) - 1));
    [Weight] readonly Vec logA = new(N * units, i => Math.Log(1 + i / units));
    [Weight(Init = Init.Ones)] readonly Vec d = new(units);
    readonly Vec states = new(N, _ => 1), channels = new(units, _ => 1);
    [State] Vec h = new(N * units);

    Vec Step(Vec x)
    {
        Vec step = Softplus(wDelta * x + delta);
        h = Exp(-Flatten(Outer(states, step)) * Exp(logA)) * h + Flatten(Outer(wB * x, step * x));
        Vec weighed = Flatten(Outer(wC * x, channels)) * h;
        Vec y = d * x;
        for (int n = 0; n < N; n++) y += Slice(weighed, n * units, units);
        return y;
    }
}
