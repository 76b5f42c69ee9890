using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// LSTM (Hochreiter and Schmidhuber 1997), as PyTorch's <c>nn.LSTM</c> of one layer, with its names, so that its weights load by key:
/// i, f, o = σ(W x + b + U h + d), g = τ(…), c = f c + i g, h = o τ(c), stacked in the order i, f, g, o. Starts as there, uniform in ±1/√units.
/// </summary>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class Lstm(int inputs, int units)
{
    [Weight(FanIn = nameof(units))] readonly Mat weight_ih_l0 = new(4 * units, inputs), weight_hh_l0 = new(4 * units, units);
    [Weight(FanIn = nameof(units))] readonly Vec bias_ih_l0 = new(4 * units), bias_hh_l0 = new(4 * units);
    [State] Vec h = new(units), c = new(units);

    Vec Step(Vec x)
    {
        Vec gates = weight_ih_l0 * x + bias_ih_l0 + (weight_hh_l0 * h + bias_hh_l0);
        Vec i = Sigmoid(Slice(gates, 0, units));
        Vec f = Sigmoid(Slice(gates, units, units));
        Vec g = Tanh(Slice(gates, 2 * units, units));
        Vec o = Sigmoid(Slice(gates, 3 * units, units));
        c = f * c + i * g;
        h = o * Tanh(c);
        return h;
    }
}
