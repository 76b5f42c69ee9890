using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>The matrix that the compiler derives for a dense group, against the group's own Step in value and gradient.</summary>
public sealed class DenseCellTests
{
    static readonly Dictionary<string, (Func<int, CellModule> Create, CellInfo Info, bool IsScanned)> cells = new()
    {
        [nameof(ScaledDense)] = (units => new ScaledDense(units), ScaledDense.Info, true),
        [nameof(DenseBySums)] = (units => new DenseBySums(units), DenseBySums.Info, true),
        [nameof(DenseTwice)] = (units => new DenseTwice(units), DenseTwice.Info, true),
        [nameof(DenseGroup)] = (units => new DenseGroup(units), DenseGroup.Info, true),
        [nameof(ShiftRegister)] = (units => new ShiftRegister(units), ShiftRegister.Info, false),
        [nameof(HalfStopped)] = (units => new HalfStopped(units), HalfStopped.Info, false),
    };

    public static TheoryData<string> Names => [.. cells.Keys];

    [Theory, MemberData(nameof(Names))]
    public void IsDenseAndSaysHowItRuns(string name)
    {
        var (_, info, isScanned) = cells[name];
        Assert.All(info.States, s => Assert.Equal(RecurrenceKind.Dense, s.Kind));
        Assert.Equal(isScanned, info.Stages.Any(s => s.StartsWith("Dense scan", StringComparison.Ordinal)));
        Assert.Equal(!isScanned, info.Stages.Any(s => s.StartsWith("Loop", StringComparison.Ordinal)));
    }

    public static TheoryData<string, int, int, int> Shapes()
    {
        (int, int, int)[] shapes = [(1, 0, 3), (3, 1, 2), (0, 2, 3), (1, 300, 3), (2, 40, 17)];
        TheoryData<string, int, int, int> all = [];
        foreach (var name in cells.Keys.Where(n => n != nameof(HalfStopped)))
            foreach (var (batch, time, units) in shapes) all.Add(name, batch, time, units);
        return all;
    }

    [Theory, OnCpu(nameof(Shapes)), OnOpenCl(nameof(Shapes)), OnCuda(nameof(Shapes))]
    public void AgreesWithItsStep(string device, string name, int batch, int time, int units)
    {
        var resets = GradientCheck.RandomResets(batch, time, seed: time);
        GradientCheck.Verify(Create(), batch, time, seed: time + units, withStart: true, entries: 6, device: device);
        GradientCheck.Verify(Create(), batch, time, seed: time + units, new() { Resets = resets, Reverse = true }, entries: 6, device: device);

        CellModule Create()
        {
            var cell = cells[name].Create(units);
            cell.Initialize(seed: 5);
            // a tame recurrence: what grows cannot be compared over hundreds of steps
            foreach (var parameter in cell.Parameters) parameter.Value.CopyFrom([.. parameter.Value.ToArray().Select(v => 0.5f * v)]);
            return cell;
        }
    }
}
