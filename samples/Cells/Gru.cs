using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// GRU (Cho et al. 2014), as PyTorch's <c>nn.GRU</c> of one layer, with its names, so that its weights load by key:
/// r, z = σ(W x + b + U h + d), n = τ(W x + b + r (U h + d)), h = (1 − z) n + z h, stacked in the order r, z, n. Starts as there, uniform in ±1/√units.
/// </summary>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class Gru(int inputs, int units)
{
    [Weight(FanIn = nameof(units))] readonly Mat weight_ih_l0 = new(3 * units, inputs), weight_hh_l0 = new(3 * units, units);
    [Weight(FanIn = nameof(units))] readonly Vec bias_ih_l0 = new(3 * units), bias_hh_l0 = new(3 * units);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        Vec fromInput = weight_ih_l0 * x + bias_ih_l0;
        Vec fromState = weight_hh_l0 * h + bias_hh_l0;
        Vec r = Sigmoid(Slice(fromInput, 0, units) + Slice(fromState, 0, units));
        Vec z = Sigmoid(Slice(fromInput, units, units) + Slice(fromState, units, units));
        Vec n = Tanh(Slice(fromInput, 2 * units, units) + r * Slice(fromState, 2 * units, units));
        h = (1 - z) * n + z * h;
        return h;
    }
}
