using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Decaying accumulator that never falls below zero: h = relu(λ h + W x + b), the cumulative sum of change detection (Page 1954) with a trained decay λ = σ(decay).
/// </summary>
[Cell]
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
