using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Leaky integrator (Jaeger et al. 2007): τ dh/dt = −h + W x + b with x held over steps of 1, solved exactly: h = a h + (1 − a) (W x + b), a = e^(−1/τ).
/// The trained time constants τ start spread from 1 to the horizon.
/// </summary>
/// <param name="inputs">Size of x.</param>
/// <param name="units">Size of the state and of the output.</param>
/// <param name="horizon">Longest time constant at the start, in steps.</param>
[Cell]
public sealed partial class LeakyIntegrator(int inputs, int units, int horizon = 100)
{
    [Weight] readonly Mat w = new(units, inputs);
    [Weight] readonly Vec b = new(units);
    [Weight] readonly Vec logTau = new(units, i => Math.Log(horizon) * (i + 0.5) / units);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        Vec a = Exp(-Exp(-logTau));
        h = a * h + (1 - a) * (w * x + b);
        return h;
    }
}
