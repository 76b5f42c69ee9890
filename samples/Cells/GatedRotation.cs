using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>Every unit is a point in the complex plane that the input turns, shrinks and moves: z = σ(V u + b) e^(i (W u + θ)) z + B u.</summary>
[Cell]
public sealed partial class GatedRotation(int inputs, int units)
{
    [Weight] readonly Mat w = new(units, inputs), v = new(units, inputs);
    [Weight] readonly Mat br = new(units, inputs), bi = new(units, inputs);
    [Weight(Init = Init.Constant, Value = 3)] readonly Vec b = new(units);
    [Weight] readonly Vec theta = new(units, k => Math.PI * k / units);
    [State(Trained = true)] CVec z = new(units);

    Vec Step(Vec u)
    {
        z = Polar(Sigmoid(v * u + b), w * u + theta) * z + Complex(br * u, bi * u);
        return Concat(Real(z), Imaginary(z));
    }
}
