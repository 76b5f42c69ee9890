using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// Biquad filter in transposed direct form II (Oppenheim and Schafer 1975): y = b₀ x + s₁, s₁ = b₁ x − a₁ y + s₂, s₂ = b₂ x − a₂ y, per channel.
/// It starts as y = x.
/// </summary>
[Cell]
public sealed partial class Biquad(int channels)
{
    [Weight(Init = Init.Ones)] readonly Vec b0 = new(channels);
    [Weight] readonly Vec b1 = new(channels), b2 = new(channels), a1 = new(channels), a2 = new(channels);
    [State] Vec s1 = new(channels), s2 = new(channels);

    Vec Step(Vec x)
    {
        Vec y = b0 * x + s1;
        s1 = b1 * x - a1 * y + s2;
        s2 = b2 * x - a2 * y;
        return y;
    }
}
