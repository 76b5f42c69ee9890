using static Recurve.Functions;

namespace Recurve.EndToEnd.Tests.Devices;

/// <summary>Names that C, OpenCL C, CUDA or the skeletons take for something else, and one that only C# can write.</summary>
[Cell(Strategy = Strategy.Sequential)]
public sealed partial class OddNames(int units)
{
    [Weight] readonly Vec half = new(units), kernel = new(units), float4 = new(units), tanh = new(units), STREAMS = new(units);
    [State] Vec rows = new(units), α = new(units);

    (Vec Step, Vec Memory) Step([Size("units")] Vec index, [Size("units")] Vec word)
    {
        Vec step = Tanh(half * rows + index) * Sigmoid(kernel * α), unsigned = Exp(-Square(word)), GLOBAL = float4 * unsigned + tanh;
        (rows, α) = (step + 0.5 * GLOBAL, Max(unsigned, STREAMS) * Tanh(α + rows));
        return (rows * step, α + unsigned);
    }
}
