using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Damped rotations, the real form of a diagonal complex recurrence as in the LRU (Orvieto et al. 2023, arXiv 2303.06349):
/// p + i q = r e^(iθ) (p + i q) + W x + i V x, output p. r = e^(−e^ν) starts spread over (0.9, 0.999), θ over (0, π).
/// </summary>
[Cell]
public sealed partial class Rotation(int inputs, int units)
{
    [Weight] readonly Mat w = new(units, inputs), v = new(units, inputs);
    [Weight] readonly Vec nu = new(units, i => Math.Log(-Math.Log(0.9 + 0.099 * (i + 0.5) / units)));
    [Weight] readonly Vec theta = new(units, i => Math.PI * (i + 0.5) / units);
    [State] Vec p = new(units), q = new(units);

    Vec Step(Vec x)
    {
        Vec r = Exp(-Exp(nu));
        Vec c = r * Cos(theta), s = r * Sin(theta);
        (p, q) = (c * p - s * q + w * x, s * p + c * q + v * x);
        return p;
    }
}
