using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// mLSTM, one head (Beck et al. 2024, xLSTM, arXiv 2405.04517): C = f C + i v kᵀ, n = f n + i k, h = o ⊙ C q / max(|nᵀ q|, 1), with q, k/√d, v linear in x, i = eⁱ,
/// f and o sigmoid gates. C and n are kept divided by eᵐ, m = max(log f + m, i), so that nothing overflows, and so is the 1. The forget bias starts at 3.
/// </summary>
/// <param name="inputs">Size of x.</param>
/// <param name="units">Size d of queries, keys, values and of the output.</param>
[Cell]
public sealed partial class MLstm(int inputs, int units)
{
    readonly Vec one = new(units, i => 1);
    [Weight] readonly Mat wq = new(units, inputs), wk = new(units, inputs), wv = new(units, inputs), wo = new(units, inputs), wi = new(1, inputs), wf = new(1, inputs);
    [Weight] readonly Vec bq = new(units), bk = new(units), bv = new(units), bo = new(units), bi = new(1), bf = new(1, i => 3);
    [State] Mat c = new(units, units);
    [State] Vec n = new(units), m = new(1);

    Vec Step(Vec x)
    {
        Vec q = wq * x + bq, k = (wk * x + bk) / Math.Sqrt(units), v = wv * x + bv;
        Vec i = wi * x + bi, kept = m - Softplus(-(wf * x + bf)); // m + log f
        m = Max(kept, i);
        Vec forget = Exp(kept - m), input = Exp(i - m);
        c = Diagonal(forget * one) * c + Outer(input * v, k);
        n = forget * n + input * k;
        return Sigmoid(wo * x + bo) * (c * q) / Max(Abs(Dot(n, q)), Exp(-m));
    }
}
