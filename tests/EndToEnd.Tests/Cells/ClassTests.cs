using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>Every class of step that composes, and Newton, against the cell's own Step in value and gradient.</summary>
public sealed class ClassTests
{
    public static TheoryData<string> Names => ClassCells.Names;

    [Theory, MemberData(nameof(Names))]
    public void AgreesWithItsStep(string name)
    {
        var info = ClassCells.Create(name, 3).Definition.Info;
        Assert.Equal(ClassCells.Kinds(name), info.States.Select(s => s.Kind));
        foreach (var (batch, time, units) in new[] { (1, 0, 3), (3, 1, 1), (0, 2, 3), (2, 7, 5), (1, 63, 17), (3, 64, 2), (1, 257, 3) })
            GradientCheck.Verify(ClassCells.Create(name, units), batch, time, seed: time + units, withStart: time % 2 == 1, entries: 4);
    }

    [Theory, MemberData(nameof(Names))]
    public void AgreesWithItsStepUnderLengthsReverseAndResets(string name)
    {
        foreach (var reverse in new[] { false, true })
        {
            var sequence = new Sequence { Lengths = [5, 0, 33], Reverse = reverse, Resets = GradientCheck.RandomResets(3, 33, seed: 11) };
            GradientCheck.Verify(ClassCells.Create(name, 3), batch: 3, time: 33, seed: 7, sequence, withStart: true, entries: 4);
            GradientCheck.Verify(ClassCells.Create(name, 17), batch: 3, time: 33, seed: 8, sequence with { Lengths = null }, entries: 4);
        }
    }

    // long enough that time is split
    [Theory, MemberData(nameof(Names))]
    public void AgreesWithItsStepOverALongTime(string name)
    {
        const int time = 2300;
        GradientCheck.Verify(ClassCells.Create(name, 2), batch: 1, time, seed: 3, withStart: true, entries: 1);
        var resets = new float[time];
        resets[700] = resets[701] = resets[2047] = 1;
        var sequence = new Sequence { Lengths = [time - 9], Reverse = true, Resets = Tensor.FromArray(resets, 1, time) };
        GradientCheck.Verify(ClassCells.Create(name, 5), batch: 1, time, seed: 4, sequence, entries: 1);
    }

    /// <summary>Half-integers tie with each other and with the bounds: one long sequence, and many of it side by side, which need not be split.</summary>
    [Theory, MemberData(nameof(Names))]
    public void OneSequenceIsAsGoodAsMany(string name)
    {
        const int time = 2300, units = 3, many = 24;
        var random = new Random(17);
        float[] x = [.. Enumerable.Range(0, time * units).Select(_ => random.Next(-2, 3) / 2f)];
        float[] y = [.. Enumerable.Range(0, time * units).Select(_ => random.Next(-4, 5) / 4f)];
        var (one, all) = (Run(1), Run(many));
        foreach (var (a, b) in one.Zip(all)) Assert.Equal(0, Distance(a, b[..a.Length]), 1e-4);

        List<float[]> Run(int batch)
        {
            var cell = ClassCells.Create(name, units);
            foreach (var parameter in cell.Parameters) parameter.Value.CopyFrom([.. parameter.Value.ToArray().Select(v => MathF.Round(2 * v) / 2)]);
            var input = Tensor.FromArray([.. Enumerable.Repeat(x, batch).SelectMany(v => v)], batch, time, units);
            input.RequiresGrad = true;
            var output = cell.Forward(input);
            output.Backward(Tensor.FromArray([.. Enumerable.Repeat(y, batch).SelectMany(v => v)], batch, time, units));
            return [output.ToArray(), input.Grad!.ToArray(), .. cell.Parameters.Select(p => Array.ConvertAll(p.Grad!.ToArray(), g => g / batch))];
        }
    }

    static double Distance(float[] a, float[] b)
    {
        double error = 0, norm = 0;
        for (var i = 0; i < a.Length; i++) (error, norm) = (error + Math.Pow(a[i] - b[i], 2), norm + Math.Pow(b[i], 2));
        return Math.Sqrt(error / Math.Max(norm, 1e-6 * a.Length));
    }
}
