using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>Exponential moving average of every feature, its decay a = σ(decay) trained: h = a h + (1 − a) x.</summary>
[Cell]
public sealed partial class Ema(int units)
{
    [Weight(Init = Init.Constant, Value = 2.0)] readonly Vec decay = new(units);
    [State] Vec h = new(units);

    Vec Step(Vec x)
    {
        Vec a = Sigmoid(decay);
        h = a * h + (1 - a) * x;
        return h;
    }
}
