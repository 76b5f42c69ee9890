using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Real-gated linear recurrent unit (De et al. 2024, Griffin, arXiv 2402.19427), with the linear layer that stands before it: v = W x,
/// r, i = σ(U v + b), a = σ(Λ)^(8 r), h = a h + √(1 − a²) (i v). Λ starts so that σ(Λ)⁸ is spread over (0.9, 0.999).
/// </summary>
[Cell]
public sealed partial class RgLru(int inputs, int units)
{
    [Weight] readonly Mat w = new(units, inputs), wr = new(units, units), wi = new(units, units);
    [Weight] readonly Vec br = new(units), bi = new(units);
    [Weight]
    readonly Vec lambda = new(units, k =>
    {
        double decay = Math.Pow(0.9 + 0.099 * (k + 0.5) / units, 1.0 / 8);
        return Math.Log(decay / (1 - decay));
    });
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        Vec v = w * x;
        Vec r = Sigmoid(wr * v + br);
        Vec i = Sigmoid(wi * v + bi);
        Vec rate = 8 * r * Softplus(-lambda); // −log a
        Vec a = Exp(-rate);
        // 1 − a² = tanh(rate) (1 + a²), which keeps its relative precision where a is close to 1.
        h = a * h + Sqrt(Tanh(rate) * (1 + a * a)) * (i * v);
        return h;
    }
}
