using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// coRNN, coupled oscillators (Rusch and Mishra 2021, arXiv 2010.00951): z = z + Δt (τ(W y + U z + V x + b) − γ y − ε z), y = y + Δt z.
/// </summary>
/// <param name="inputs">Size of x.</param>
/// <param name="units">Size of position y, velocity z and the output y.</param>
/// <param name="time">Time step Δt.</param>
/// <param name="gamma">Frequency γ.</param>
/// <param name="epsilon">Damping ε.</param>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class CoRnn(int inputs, int units, double time = 0.05, double gamma = 1, double epsilon = 1)
{
    [Weight] readonly Mat v = new(units, inputs), w = new(units, units), u = new(units, units);
    [Weight] readonly Vec b = new(units);
    [State] Vec y = new(units), z = new(units);

    Vec Step(Vec x)
    {
        z = z + time * (Tanh(w * y + u * z + v * x + b) - gamma * y - epsilon * z);
        y = y + time * z;
        return y;
    }
}
