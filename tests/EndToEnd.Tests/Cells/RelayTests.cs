using Recurve.Cells;
using Recurve.Kernels;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>Generated Diagonal recurrences whose tiles run in a relay: forced, because the planner prefers one piece for few steps.</summary>
[Collection(nameof(Alone))]
public sealed class RelayTests
{
    static readonly Dictionary<string, Func<CellModule>> cells = new()
    {
        ["Ema"] = () => new Ema(3),
        ["Gilr"] = () => new Gilr(2, 3),
        ["GilrLstm"] = () => new GilrLstm(2, 3),
        ["MinLstm"] = () => new MinLstm(2, 17),
        ["Sru"] = () => new Sru(3, 3),
    };

    public static TheoryData<string> Names => [.. cells.Keys];

    [Theory, MemberData(nameof(Names))]
    public void AgreesWithItsStep(string name)
    {
        const int time = 257;
        using var forced = new ForcedCourse(Course.Split);
        GradientCheck.Verify(cells[name](), batch: 1, time, seed: 5, withStart: true, entries: 3);
        var resets = new float[3 * time];
        resets[0] = resets[63] = resets[64] = resets[200] = resets[time + 100] = resets[2 * time] = 1;
        var sequence = new Sequence { Lengths = [time, 130, 0], Reverse = true, Resets = Tensor.FromArray(resets, 3, time) };
        GradientCheck.Verify(cells[name](), batch: 3, time, seed: 6, sequence, entries: 3);
    }
}
