using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// GARCH(1, 1) (Bollerslev 1986): the conditional variance v = ω + α x² + β v of the next return, from the returns x of several series.
/// ω = softplus(baseline), α + β = σ(persistence), α/(α + β) = σ(share) keep it positive and stationary; α and β start near 0.1 and 0.8.
/// </summary>
[Cell]
public sealed partial class Garch11(int series)
{
    [Weight(Init = Init.Constant, Value = -2.0)] readonly Vec baseline = new(series), share = new(series);
    [Weight(Init = Init.Constant, Value = 2.0)] readonly Vec persistence = new(series);
    [State] Vec v = new(series);

    Vec Step(Vec x)
    {
        Vec alpha = Sigmoid(persistence) * Sigmoid(share);
        Vec beta = Sigmoid(persistence) - alpha;
        v = Softplus(baseline) + alpha * Square(x) + beta * v;
        return v;
    }
}
