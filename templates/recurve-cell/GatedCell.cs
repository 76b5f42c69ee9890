using Recurve;
using static Recurve.Functions;

namespace RecurveNamespace;

/// <summary>A memory with a gate: h = f h + (1 − f) v, with f and v from the input alone, so that it runs as a parallel scan.</summary>
/// <param name="inputs">Size of x.</param>
/// <param name="units">Size of the state and of the output.</param>
[Cell]
public sealed partial class GatedCell(int inputs, int units)
{
    [Weight] readonly Mat wf = new(units, inputs), wv = new(units, inputs);
    [Weight] readonly Vec bf = new(units), bv = new(units);
    [State] Vec h = new(units);

    // one time step; hover h to see how it runs, or print GatedCell.Info
    Vec Step(Vec x)
    {
        Vec f = Sigmoid(wf * x + bf);
        Vec v = Tanh(wv * x + bv);
        h = f * h + (1 - f) * v;
        return h;
    }
}
