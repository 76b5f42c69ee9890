using static Recurve.Functions;

namespace Recurve.Gpu;

/// <summary>The recurrence alone: three numbers per step and channel forward, five backward.</summary>
[Cell]
public sealed partial class RawScan(int units)
{
    [State] Vec h = new(units);

    Vec Step([Size("units")] Vec a, [Size("units")] Vec b)
    {
        h = a * h + b;
        return h;
    }
}

/// <summary>minGRU from pre-activations, as its products leave them: three numbers per step and channel forward, five backward.</summary>
[Cell]
public sealed partial class FusedMinGru(int units)
{
    [State] Vec h = new(units);

    Vec Step([Size("units")] Vec gate, [Size("units")] Vec candidate)
    {
        Vec z = Sigmoid(gate);
        h = (1 - z) * h + z * candidate;
        return h;
    }
}

/// <summary>ParaGRU (Danieli et al. 2025, arXiv 2510.21450) from pre-activations, by Newton's method.</summary>
[Cell(Strategy = Strategy.Newton)]
public sealed partial class FusedParaGru(int units)
{
    [Weight(Init = Init.Ones)] readonly Vec az = new(units), ar = new(units), ac = new(units);
    [State] Vec h = new(units);

    Vec Step([Size("units")] Vec update, [Size("units")] Vec reset, [Size("units")] Vec candidate)
    {
        Vec z = Sigmoid(update + az * h);
        Vec r = Sigmoid(reset + ar * h);
        h = (1 - z) * h + z * Tanh(candidate + ac * (h * r));
        return h;
    }
}
