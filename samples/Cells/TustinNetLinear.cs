using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Tustin-Net (Pozzoli, Gallieri and Scattolini 2019, arXiv 1911.01310) with a linear force: velocity v = v + T (B u − k q − c v), position by Tustin's rule
/// q = q + T/2 (v + v₋₁). Every axis is a spring and damper of its own; they start at 1 and at 0.5.
/// </summary>
/// <param name="inputs">Size of the force's input u.</param>
/// <param name="axes">Degrees of freedom: size of q, v and of the output q.</param>
/// <param name="time">Time step T.</param>
[Cell]
public sealed partial class TustinNetLinear(int inputs, int axes, double time = 0.1)
{
    [Weight] readonly Mat b = new(axes, inputs);
    [Weight(Init = Init.Ones)] readonly Vec stiffness = new(axes);
    [Weight(Init = Init.Constant, Value = 0.5)] readonly Vec damping = new(axes);
    [State] Vec q = new(axes), v = new(axes);

    Vec Step(Vec u)
    {
        Vec before = v;
        v = before + time * (b * u - stiffness * q - damping * before);
        q = q + 0.5 * time * (v + before);
        return q;
    }
}
