using static Recurve.Functions;

namespace Recurve.Streaming;

/// <summary>Says the next value of a series at each step: a minGRU (Feng et al. 2024) of one input, and what it adds to the present value.</summary>
[Cell]
public sealed partial class NextValue(int units)
{
    [Weight] readonly Mat wz = new(units, 1), wh = new(units, 1), wo = new(1, units);
    [Weight] readonly Vec bz = new(units), bh = new(units);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        Vec z = Sigmoid(wz * x + bz);
        h = (1 - z) * h + z * (wh * x + bh);
        return x + wo * h;
    }
}
