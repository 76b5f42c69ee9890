using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Parallel Legendre memory unit (Chilkuri and Eliasmith 2021, arXiv 2102.11417): u = τ(U x + b), m = Ā m + B̄ u, o = τ(V m + W x + c), with one channel
/// of memory. Ā and B̄ are constants (<see cref="LegendreMemory"/>).
/// </summary>
/// <param name="inputs">Size of x.</param>
/// <param name="order">Size of the memory m.</param>
/// <param name="units">Size of the output o.</param>
/// <param name="window">θ, the number of steps that m remembers.</param>
[Cell]
public sealed partial class ParallelLmu(int inputs, int order, int units, double window)
{
    [Weight] readonly Mat ux = new(1, inputs), om = new(units, order), ox = new(units, inputs);
    [Weight] readonly Vec bu = new(1), bo = new(units);
    readonly Mat a = new(order, order, (i, j) => LegendreMemory.Of(order, window).A(i, j));
    readonly Mat b = new(order, 1, (i, _) => LegendreMemory.Of(order, window).B(i));
    [State] Vec m = new(order);

    Vec Step(Vec x)
    {
        Vec u = Tanh(ux * x + bu);
        m = a * m + b * u;
        return Tanh(om * m + ox * x + bo);
    }
}
