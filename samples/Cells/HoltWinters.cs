using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Triple exponential smoothing with an additive season (Winters 1960): level l = α (x − s₋ₚ) + (1 − α) (l + b), trend b = β (l − l₋₁) + (1 − β) b, season
/// s = γ (x − l) + (1 − γ) s₋ₚ; the output is the forecast l + b + s₍₁₋ₚ₎ of the next x. The seasons of one period are a shift register, so the recurrence is
/// linear with a constant matrix, and its channels move. α, β and γ are trained through σ and start at 0.5, 0.1 and 0.1.
/// </summary>
/// <param name="series">Series that are smoothed side by side.</param>
/// <param name="period">Steps of a season, at least 2.</param>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class HoltWinters(int series, int period)
{
    [Weight] readonly Vec smoothing = new(series);
    [Weight(Init = Init.Constant, Value = -2.2)] readonly Vec trending = new(series), seasoning = new(series);
    [State] Vec level = new(series), trend = new(series), seasons = new(period * series);

    Vec Step(Vec x)
    {
        Vec alpha = Sigmoid(smoothing), beta = Sigmoid(trending), gamma = Sigmoid(seasoning);
        Vec before = level, season = Slice(seasons, 0, series);
        level = alpha * (x - season) + (1 - alpha) * (before + trend);
        trend = beta * (level - before) + (1 - beta) * trend;
        season = gamma * (x - level) + (1 - gamma) * season;
        seasons = Concat(Slice(seasons, series, (period - 1) * series), season);
        return level + trend + Slice(seasons, 0, series);
    }
}
