using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Input-output recurrent network with quadratic activation (Sedghi and Anandkumar 2016, arXiv 1603.00954): h = (A x + U h)², y = Bᵀ h, the model that spectral
/// methods learn without gradients. U starts at 1/(4 units) everywhere, because the square must contract: bounded inputs alone do not bound h.
/// </summary>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class QuadraticIoRnn(int inputs, int units, int outputs)
{
    [Weight] readonly Mat a = new(units, inputs), b = new(units, outputs);
    [Weight] readonly Mat u = new(units, units, (_, _) => 0.25 / units);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        h = Square(a * x + u * h);
        return Transpose(b) * h;
    }
}
