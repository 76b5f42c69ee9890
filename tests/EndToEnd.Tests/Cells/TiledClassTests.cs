using Recurve.Kernels;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>
/// The generated maps of every class, composed over tiles of time, and Newton's method over them: forced, because for few steps the planner prefers one piece.
/// The choice is the whole process's, so these tests run alone.
/// </summary>
[Collection(nameof(Alone))]
public sealed class TiledClassTests : IDisposable
{
    readonly Course? before = Planner.Forced;

    public void Dispose() => Planner.Forced = before;

    public static TheoryData<string> Names => ClassCells.Names;

    // the way through time that the cell's class has besides one piece
    static Course CourseOf(string name) => ClassCells.Kinds(name).Contains(RecurrenceKind.Pointwise) ? Course.Newton : Course.Split;

    [Theory, MemberData(nameof(Names))]
    public void AgreesWithItsStep(string name)
    {
        Planner.Forced = CourseOf(name);
        const int time = 700;
        var cell = ClassCells.Create(name, 2);
        GradientCheck.Verify(cell, batch: 1, time, seed: 3, withStart: true, entries: 2);
        // five states per channel are more than maps are composed for
        if (name != "Five") Assert.Contains(Planner.Forced == Course.Newton ? "Newton" : "time split into tiles", cell.LastRun!.ToString());
        if (Planner.Forced == Course.Newton) Assert.NotEmpty(cell.LastRun!.Newton);
        var resets = new float[2 * time];
        resets[70] = resets[71] = resets[647] = resets[time + 350] = 1;
        var sequence = new Sequence { Lengths = [time - 9, 444], Reverse = true, Resets = Tensor.FromArray(resets, 2, time) };
        GradientCheck.Verify(ClassCells.Create(name, 5), batch: 2, time, seed: 4, sequence, entries: 2);
    }

    /// <summary>Half-integers tie with each other and with the bounds: one long sequence in tiles, and many of it side by side in one piece.</summary>
    [Theory, MemberData(nameof(Names))]
    public void OneSequenceInTilesIsAsGoodAsManyInOne(string name)
    {
        const int time = 2300, units = 3, many = 24;
        var random = new Random(17);
        float[] x = [.. Enumerable.Range(0, time * units).Select(_ => random.Next(-2, 3) / 2f)];
        float[] y = [.. Enumerable.Range(0, time * units).Select(_ => random.Next(-4, 5) / 4f)];
        var (one, all) = (Run(1, CourseOf(name)), Run(many, Course.Serial));
        foreach (var (a, b) in one.Zip(all)) Assert.Equal(0, Distance(a, b[..a.Length]), 1e-4);

        List<float[]> Run(int batch, Course way)
        {
            Planner.Forced = way;
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
