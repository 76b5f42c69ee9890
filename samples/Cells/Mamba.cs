using static Recurve.Functions;

namespace Recurve.Cells;

/// <summary>
/// The block of Mamba (Gu and Dao 2023, arXiv 2312.00752, figure 3): u and z are linear in x, u passes a causal convolution over four steps, channel by channel, and the selective state
/// space <see cref="S6"/>, y = W (S6(silu(conv(u))) ⊙ silu(z)). The steps that the convolution looks back on are a shift register, oldest first, whose taps start as PyTorch's.
/// </summary>
/// <param name="inputs">Size of x and of the output.</param>
/// <param name="units">Channels inside; twice the inputs in the paper.</param>
[Cell]
public sealed partial class Mamba(int inputs, int units)
{
    const int Taps = 4;
    readonly S6 s6 = new(units);
    [Weight] readonly Mat wu = new(units, inputs), wz = new(units, inputs), wo = new(inputs, units);
    [Weight(FanIn = "4")] readonly Vec taps = new(Taps * units), bias = new(units);
    [State] Vec window = new(Taps * units);

    Vec Step(Vec x)
    {
        window = Concat(Slice(window, units, (Taps - 1) * units), wu * x);
        Vec weighed = taps * window, u = bias;
        for (int k = 0; k < Taps; k++) u += Slice(weighed, k * units, units);
        return wo * (s6.Step(Silu(u)) * Silu(wz * x));
    }
}
