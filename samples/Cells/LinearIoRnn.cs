using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Input-output recurrent network with linear activation (Sedghi and Anandkumar 2016, arXiv 1603.00954): h = A x + U h, y = Bᵀ h. From the cross-moments
/// E[y ⊗ S₁(x₋ₖ)] = Bᵀ Uᵏ A it can be learned without gradients; the quadratic one is <see cref="QuadraticIoRnn"/>.
/// </summary>
/// <param name="inputs">Size of x.</param>
/// <param name="units">Size of h.</param>
/// <param name="outputs">Size of y.</param>
[Cell]
public sealed partial class LinearIoRnn(int inputs, int units, int outputs)
{
    [Weight] readonly Mat a = new(units, inputs), b = new(units, outputs), u = new(units, units);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        h = a * x + u * h;
        return Transpose(b) * h;
    }
}
