using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>Decaying accumulator that never falls below zero, its decay λ = σ(decay) trained: h = relu(λ h + W x + b); with λ = 1 Page's cumulative sum (1954).</summary>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class ReluDecay(int inputs, int units)
{
    [Weight] readonly Mat w = new(units, inputs);
    [Weight] readonly Vec b = new(units);
    [Weight(Init = Init.Constant, Value = 2.0)] readonly Vec decay = new(units);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        h = Relu(Sigmoid(decay) * h + w * x + b);
        return h;
    }
}
