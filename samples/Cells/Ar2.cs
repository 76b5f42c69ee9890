using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>Autoregression of order 2 (Yule 1927) of every channel, driven by W x: y = φ₁ y₋₁ + φ₂ y₋₂ + W x + c. φ starts at (0.6, 0.2), which is stationary.</summary>
[Cell]
public sealed partial class Ar2(int inputs, int channels)
{
    [Weight] readonly Mat w = new(channels, inputs);
    [Weight] readonly Vec c = new(channels);
    [Weight(Init = Init.Constant, Value = 0.6)] readonly Vec phi1 = new(channels);
    [Weight(Init = Init.Constant, Value = 0.2)] readonly Vec phi2 = new(channels);
    [State] Vec y1 = new(channels), y2 = new(channels);

    Vec Step(Vec x)
    {
        Vec y = phi1 * y1 + phi2 * y2 + w * x + c;
        (y1, y2) = (y, y1);
        return y;
    }
}
