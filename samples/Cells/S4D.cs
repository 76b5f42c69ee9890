using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Diagonal structured state space (Gu et al. 2022, arXiv 2206.11893), S4D-Lin: per channel, states x' = A x + u with A = −½ + iπn, held over steps
/// of length Δ: x = e^(ΔA) x + (e^(ΔA) − 1)/A u, y = 2 Re(C x) + D u. The states of all channels stand side by side.
/// </summary>
[Cell]
public sealed partial class S4D(int channels, int states)
{
    /// <summary>Repeats every channel for its states.</summary>
    readonly Mat spread = new(channels * states, channels, (i, j) => i / states == j ? 1 : 0);

    // Δ starts between 0.001 and 0.1, evenly in its logarithm; A's real part is −exp(decay)
    [Weight] readonly Vec step = new(channels, j => Math.Log(0.001) + Math.Log(100) * (j + 0.5) / channels);
    [Weight] readonly Vec decay = new(channels * states, _ => Math.Log(0.5));
    [Weight] readonly Vec frequency = new(channels * states, i => Math.PI * (i % states));
    [Weight(Init = Init.Uniform)] readonly Vec cr = new(channels * states), ci = new(channels * states);
    [Weight(Init = Init.Ones)] readonly Vec d = new(channels);
    [State] CVec x = new(channels * states);

    Vec Step(Vec u)
    {
        CVec a = Complex(-Exp(decay), frequency);
        CVec held = Exp(spread * Exp(step) * a);
        x = held * x + (held - 1) / a * (spread * u);
        return Transpose(spread) * (2 * Real(Complex(cr, ci) * x)) + d * u;
    }
}
