using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Parallel Legendre memory unit (Chilkuri and Eliasmith 2021, arXiv 2102.11417) with several channels of memory: u = τ(U x + b),
/// M = Ā M + B̄ uᵀ, o = τ(V vec(M) + W x + c). Each column of M remembers one channel of u. <see cref="ParallelLmu"/> is the same with one channel,
/// whose state is a vector: of it the last state alone can be computed.
/// </summary>
/// <param name="inputs">Size of x.</param>
/// <param name="order">Rows of the memory M: coefficients kept of each channel.</param>
/// <param name="channels">Columns of M, the size of u.</param>
/// <param name="units">Size of the output o.</param>
/// <param name="window">θ, the number of steps that M remembers.</param>
[Cell]
public sealed partial class ParallelLmuMatrix(int inputs, int order, int channels, int units, double window)
{
    [Weight] readonly Mat ux = new(channels, inputs), om = new(units, order * channels), ox = new(units, inputs);
    [Weight] readonly Vec bu = new(channels), bo = new(units);
    readonly Mat a = new(order, order, (i, j) => LegendreMemory.Of(order, window).A(i, j));
    readonly Vec b = new(order, i => LegendreMemory.Of(order, window).B(i));
    [State] Mat m = new(order, channels);

    Vec Step(Vec x)
    {
        Vec u = Tanh(ux * x + bu);
        m = a * m + Outer(b, u);
        return Tanh(om * Flatten(m) + ox * x + bo);
    }
}
