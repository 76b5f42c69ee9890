using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Gated antisymmetric network (Chang et al. 2019, arXiv 1902.09689): A = W − Wᵀ − γ I, z = σ(A h + V x + b), h = h + ε z τ(A h + V x + b).
/// The eigenvalues of W − Wᵀ are imaginary, so that the step neither explodes nor vanishes.
/// </summary>
/// <param name="inputs">Size of x.</param>
/// <param name="units">Size of the state and of the output.</param>
/// <param name="epsilon">Step size ε.</param>
/// <param name="gamma">Diffusion γ.</param>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class AntisymmetricRnn(int inputs, int units, double epsilon = 0.1, double gamma = 0.01)
{
    [Weight] readonly Mat w = new(units, units), vz = new(units, inputs), vh = new(units, inputs);
    [Weight] readonly Vec bz = new(units), bh = new(units);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        Vec turned = (w - Transpose(w)) * h - gamma * h;
        Vec z = Sigmoid(turned + vz * x + bz);
        h = h + epsilon * z * Tanh(turned + vh * x + bh);
        return h;
    }
}
