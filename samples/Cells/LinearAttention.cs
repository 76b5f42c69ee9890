using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Linear attention as a recurrence (Katharopoulos et al. 2020, arXiv 2006.16236: S = S + k vᵀ, y = Sᵀ q), its memory decaying by key channel as in
/// gated linear attention (Yang et al. 2024, arXiv 2312.06635): S = diag(w) S + k vᵀ, w = σ(W x + b); q, k, v linear in x, without feature map and normaliser.
/// </summary>
/// <param name="inputs">Size of x.</param>
/// <param name="keys">Size of queries and keys.</param>
/// <param name="values">Size of values and of the output.</param>
[Cell]
public sealed partial class LinearAttention(int inputs, int keys, int values)
{
    [Weight] readonly Mat wq = new(keys, inputs), wk = new(keys, inputs), ww = new(keys, inputs), wv = new(values, inputs);
    [Weight] readonly Vec bw = new(keys);
    [State] Mat s = new(keys, values);

    Vec Step(Vec x)
    {
        Vec w = Sigmoid(ww * x + bw);
        s = Diagonal(w) * s + Outer(wk * x, wv * x);
        return Transpose(s) * (wq * x);
    }
}
