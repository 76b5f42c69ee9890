using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Double exponential smoothing (Holt 1957): level l = α x + (1 − α) (l + b), trend b = β (l − l₋₁) + (1 − β) b; the output is the forecast l + b of the next x.
/// α and β are trained through σ and start at 0.5 and 0.1.
/// </summary>
[Cell]
public sealed partial class Holt(int series)
{
    [Weight] readonly Vec smoothing = new(series);
    [Weight(Init = Init.Constant, Value = -2.2)] readonly Vec trending = new(series);
    [State] Vec level = new(series), trend = new(series);

    Vec Step(Vec x)
    {
        Vec alpha = Sigmoid(smoothing), beta = Sigmoid(trending);
        Vec before = level;
        level = alpha * x + (1 - alpha) * (before + trend);
        trend = beta * (level - before) + (1 - beta) * trend;
        return level + trend;
    }
}
