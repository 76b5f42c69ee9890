using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// UnICORNN, undamped independent controlled oscillators (Rusch and Mishra 2021, arXiv 2103.05487), a Hamiltonian system stepped symplectically:
/// z = z − Δt σ(c) (τ(w y + V x + b) + α y), y = y + Δt σ(c) z. w starts spread over (0, 1), as the paper draws it.
/// </summary>
/// <param name="inputs">Size of x.</param>
/// <param name="units">Size of position y, momentum z and the output y.</param>
/// <param name="time">Time step Δt.</param>
/// <param name="alpha">Frequency α of the uncoupled oscillators.</param>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class UnIcornn(int inputs, int units, double time = 0.1, double alpha = 1)
{
    [Weight] readonly Mat v = new(units, inputs);
    [Weight] readonly Vec w = new(units, i => (i + 0.5) / units), b = new(units), c = new(units);
    [State] Vec y = new(units), z = new(units);

    Vec Step(Vec x)
    {
        Vec step = time * Sigmoid(c);
        z = z - step * (Tanh(w * y + v * x + b) + alpha * y);
        y = y + step * z;
        return y;
    }
}
