using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Legendre memory unit (Voelker, Kajić and Eliasmith 2019): u = e_x x + e_h h + e_m m, m = Ā m + B̄ u, h = τ(W x + U h + V m). Writing to the memory reads
/// h, so it cannot run in parallel: compare <see cref="ParallelLmu"/>. Ā and B̄ are constants (<see cref="LegendreMemory"/>).
/// </summary>
/// <param name="inputs">Size of x.</param>
/// <param name="order">Size of the memory m.</param>
/// <param name="units">Size of the hidden state h.</param>
/// <param name="window">θ, the number of steps that m remembers.</param>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class Lmu(int inputs, int order, int units, double window)
{
    [Weight] readonly Mat ex = new(1, inputs), eh = new(1, units), w = new(units, inputs), u = new(units, units), v = new(units, order);
    [Weight(Init = Init.Zeros)] readonly Mat em = new(1, order);
    readonly Mat a = new(order, order, (i, j) => LegendreMemory.Of(order, window).A(i, j));
    readonly Mat b = new(order, 1, (i, _) => LegendreMemory.Of(order, window).B(i));
    [State] Vec m = new(order), h = new(units);

    Vec Step(Vec x)
    {
        m = a * m + b * (ex * x + eh * h + em * m);
        h = Tanh(w * x + u * h + v * m);
        return h;
    }
}
