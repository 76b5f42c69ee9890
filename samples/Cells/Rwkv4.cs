using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Time mixing of RWKV-4 (Peng et al. 2023, arXiv 2305.13048), without its token shift: a = e^(−w) a + eᵏ v, b = e^(−w) b + eᵏ,
/// y = σ(r) (a₋₁ + e^(u + k) v) / (b₋₁ + e^(u + k)), with r, k, v made of x. As in the paper's kernel a and b are kept divided by eᵐ, m a running maximum of the
/// exponents, so that nothing overflows: m is a scan of its own, and a and b stay diagonal. m starts at 0, which is as good as the kernel's −10³⁸ because a and b start at 0.
/// </summary>
[Cell]
public sealed partial class Rwkv4(int inputs, int units)
{
    [Weight] readonly Mat wr = new(units, inputs), wk = new(units, inputs), wv = new(units, inputs);
    [Weight] readonly Vec decay = new(units, i => -5 + 8 * Math.Pow((i + 0.5) / units, 1.3)), bonus = new(units, _ => Math.Log(0.3));
    [State] Vec m = new(units), a = new(units), b = new(units);

    Vec Step(Vec x)
    {
        Vec k = wk * x, v = wv * x;
        Vec top = Max(m, bonus + k);
        Vec past = Exp(m - top), now = Exp(bonus + k - top);
        Vec y = Sigmoid(wr * x) * (past * a + now * v) / (past * b + now);
        Vec kept = m - Exp(decay);
        m = Max(kept, k);
        a = Exp(kept - m) * a + Exp(k - m) * v;
        b = Exp(kept - m) * b + Exp(k - m);
        return y;
    }
}
