using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Gated impulse linear recurrence (Martin and Cundy 2018, arXiv 1709.04057):
/// g = σ(U x + b), i = τ(V x + d), h = g h + (1 − g) i.
/// </summary>
[Cell]
public sealed partial class Gilr(int inputs, int units)
{
    [Weight] readonly Mat u = new(units, inputs), v = new(units, inputs);
    [Weight] readonly Vec b = new(units), d = new(units);
    [State] internal Vec h = new(units);

    internal Vec Step(Vec x)
    {
        Vec g = Sigmoid(u * x + b);
        h = g * h + (1 - g) * Tanh(v * x + d);
        return h;
    }
}
