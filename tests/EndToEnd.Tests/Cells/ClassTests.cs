using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>Every class of step that composes, and Newton, against the cell's own Step in value and gradient.</summary>
public sealed class ClassTests
{
    public static TheoryData<string> Names => ClassCells.Names;

    [Theory, OnCpu(nameof(Names)), OnOpenCl(nameof(Names)), OnCuda(nameof(Names))]
    public void AgreesWithItsStep(string device, string name)
    {
        var info = ClassCells.Create(name, 3).Definition.Info;
        Assert.Equal(ClassCells.Kinds(name), info.States.Select(s => s.Kind));
        foreach (var (batch, time, units) in new[] { (1, 0, 3), (3, 1, 1), (0, 2, 3), (2, 7, 5), (1, 63, 17), (3, 64, 2), (1, 257, 3) })
            GradientCheck.Verify(ClassCells.Create(name, units), batch, time, seed: time + units, withStart: time % 2 == 1, entries: 4, device: device);
    }

    [Theory, OnCpu(nameof(Names)), OnOpenCl(nameof(Names)), OnCuda(nameof(Names)), OnIlgpu(nameof(Names))]
    public void AgreesWithItsStepUnderLengthsReverseAndResets(string device, string name)
    {
        foreach (var reverse in new[] { false, true })
        {
            var sequence = new Sequence { Lengths = [5, 0, 33], Reverse = reverse, Resets = GradientCheck.RandomResets(3, 33, seed: 11) };
            GradientCheck.Verify(ClassCells.Create(name, 3), batch: 3, time: 33, seed: 7, sequence, withStart: true, entries: 4, device: device);
            GradientCheck.Verify(ClassCells.Create(name, 17), batch: 3, time: 33, seed: 8, sequence with { Lengths = null }, entries: 4, device: device);
        }
    }
}
