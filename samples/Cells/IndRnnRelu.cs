using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Independently recurrent network with ReLU (Li et al. 2018, arXiv 1803.04831): h = relu(W x + u h + b), each channel recurring on itself alone.
/// The recurrent weights start spread over (0, 1), as the paper draws them.
/// </summary>
[Cell]
public sealed partial class IndRnnRelu(int inputs, int units)
{
    [Weight] readonly Mat w = new(units, inputs);
    [Weight] readonly Vec u = new(units, i => (i + 0.5) / units), b = new(units);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        h = Relu(w * x + u * h + b);
        return h;
    }
}
