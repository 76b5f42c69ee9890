using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Leaky integrate-and-fire neurons with reset by subtraction (Neftci, Mostafa and Zenke 2019, arXiv 1901.09948): u = β u + W x − s₋₁, s = Θ(u − 1), β = σ(leak) trained.
/// The threshold Θ is soft, s = σ(k (u − 1)), forward and backward alike: the sigmoid surrogate, so that gradients are those of what is computed.
/// </summary>
/// <param name="inputs">Size of x.</param>
/// <param name="units">Neurons: size of the membrane potential u and of the output s.</param>
/// <param name="slope">Slope k; the larger, the more s is a spike.</param>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class Lif(int inputs, int units, double slope = 5)
{
    [Weight] readonly Mat w = new(units, inputs);
    [Weight(Init = Init.Constant, Value = 2.0)] readonly Vec leak = new(units);
    [State] Vec u = new(units);

    Vec Step(Vec x)
    {
        u = Sigmoid(leak) * u + w * x - Spike(u);
        return Spike(u);
    }

    Vec Spike(Vec potential) => Sigmoid(slope * (potential - 1));
}
