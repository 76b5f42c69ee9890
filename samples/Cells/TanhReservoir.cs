using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Leaky echo state network (Jaeger et al. 2007) on a simple cycle (Rodan and Tiňo 2011): h = (1 − α) h + α τ(W x + R h), y = V h + b. W and the ring R, each unit
/// fed by the one before it with the same weight, its spectral radius, are constants; only the readout is trained.
/// </summary>
/// <param name="inputs">Size of x.</param>
/// <param name="units">Size of the reservoir.</param>
/// <param name="outputs">Size of y.</param>
/// <param name="radius">Spectral radius of R; below 1 the reservoir forgets its start.</param>
/// <param name="leak">Leaking rate α.</param>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class TanhReservoir(int inputs, int units, int outputs, double radius = 0.9, double leak = 0.5)
{
    readonly Mat w = new(units, inputs, (i, j) => 0.5 * Math.Sign(Math.Sin(1 + i * inputs + j + Math.Pow(i * inputs + j, 2) / 7)));
    readonly Mat ring = new(units, units, (i, j) => i == (j + 1) % units ? radius : 0);
    [Weight] readonly Mat v = new(outputs, units);
    [Weight] readonly Vec b = new(outputs);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        h = (1 - leak) * h + leak * Tanh(w * x + ring * h);
        return v * h + b;
    }
}
