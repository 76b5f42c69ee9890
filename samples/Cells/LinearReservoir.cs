namespace Recurve.Cells;

/// <summary>
/// Linear reservoir as a vector symbolic memory (Frady, Kleyko and Sommer 2018): h = Q h + Φ x, y = R h. Q is a constant orthogonal matrix, a rotation in every
/// plane of neighbouring units by an angle of its own and a step around the ring, and Φ holds a constant random code of ±1 for each input: what came k steps
/// ago lies in h as Qᵏ Φ x, unfaded. Only the readout R is trained.
/// </summary>
/// <param name="inputs">Size of x.</param>
/// <param name="units">Size of h.</param>
/// <param name="outputs">Size of y.</param>
[Cell]
public sealed partial class LinearReservoir(int inputs, int units, int outputs)
{
    readonly Mat q = new(units, units, (i, j) => Rotated((i + 1) % units, j, units));
    readonly Mat codes = new(units, inputs, (i, j) => Math.Sin(1 + 12.9898 * i + 78.233 * j + i * j) < 0 ? -1 : 1);
    [Weight] readonly Mat r = new(outputs, units);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        h = q * h + codes * x;
        return r * h;
    }

    // element (i, j) of rotations in the planes (0, 1), (2, 3), …; a last unit without a neighbour stays
    static double Rotated(int i, int j, int units)
    {
        if (i / 2 != j / 2) return 0;
        if (i / 2 * 2 + 1 == units) return 1;
        double angle = 2 + i / 2 * 0.7;
        return i == j ? Math.Cos(angle) : (i < j ? -1 : 1) * Math.Sin(angle);
    }
}
