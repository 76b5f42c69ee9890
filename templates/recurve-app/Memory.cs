using Recurve;
using static Recurve.Functions;

namespace RecurveApp;

/// <summary>A memory with a gate: h = f h + (1 − f) v, with f and v from the input alone, so that it runs as a parallel scan.</summary>
/// <param name="inputs">Size of x.</param>
/// <param name="units">Size of the state and of the output.</param>
[Cell]
public sealed partial class Memory(int inputs, int units)
{
    [Weight] readonly Mat wf = new(units, inputs), wv = new(units, inputs);
    // the channels start with memories from short to long
    [Weight] readonly Vec bf = new(units, i => 5.0 * i / units);
    [Weight] readonly Vec bv = new(units);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        Vec f = Sigmoid(wf * x + bf);
        Vec v = Tanh(wv * x + bv);
        h = f * h + (1 - f) * v;
        return h;
    }
}
