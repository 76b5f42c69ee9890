using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Lanes;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Kernels.Scan;

/// <summary>Values and all adjoints of every kind of body against a serial loop in double precision, in one piece and in tiles of time.</summary>
[Collection(nameof(WorkerCounts))]
public class RecurrenceTests
{
    static readonly int[] Times = [0, 1, 2, 31, 32, 33, 63, 64, 65, 255, 256, 257, 1009];

    public static TheoryData<int, int, int, string> Shapes()
    {
        var data = new TheoryData<int, int, int, string>();
        var options = new[] { "", "reverse", "lengths", "resets", "lengths reverse resets", "no start", "no start, no initial, resets", "add" };
        var i = 0;
        foreach (var t in Times)
            foreach (var b in new[] { 0, 1, 3 })
                foreach (var f in new[] { 1, 3, 17, 64 })
                    data.Add(b, t, f, options[i++ % options.Length]);
        foreach (var option in options)
        {
            data.Add(3, 257, 17, option);
            data.Add(2, 1009, 64, option);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void EveryBodyAgreesWithTheSerialLoop(int batch, int steps, int width, string options)
    {
        var shape = Of(batch, steps, width, options);
        CheckScan<Plain>(Plain.Cell, shape);
        CheckScan<MinGru>(MinGru.Cell, shape);
        CheckScan<Biased>(Biased.Cell, shape);
        CheckScan<Gated>(Gated.Cell, shape);
        Check(Pair.Cell, shape, run => run.Sequential<Pair>());
        Check(IndRnn.Cell, shape, run => run.Sequential<IndRnn>());
        Check(Squash.Cell, shape, run => run.Map<Squash>());
        Check(SquashSteps.Cell, shape, run => run.Map<SquashSteps>());
    }

    [Theory]
    [InlineData(1, 65537, 1, "")]
    [InlineData(1, 65537, 3, "resets")]
    [InlineData(1, 65537, 17, "reverse")]
    [InlineData(1, 65537, 64, "add")]
    [InlineData(3, 65537, 3, "lengths reverse resets")]
    [InlineData(3, 65537, 3, "no start, resets")]
    [InlineData(2, 20000, 16, "lengths resets")]
    [InlineData(9, 5000, 64, "lengths reverse")]
    [InlineData(1, 300, 2500, "resets")]
    [InlineData(1, 1048577, 1, "resets")]
    public void LongAndWideSequencesAgree(int batch, int steps, int width, string options)
    {
        var shape = Of(batch, steps, width, options);
        CheckScan<Plain>(Plain.Cell, shape);
        if ((long)batch * steps * width > 330_000) return;
        CheckScan<MinGru>(MinGru.Cell, shape);
        CheckScan<Biased>(Biased.Cell, shape);
        CheckScan<Gated>(Gated.Cell, shape);
        Check(IndRnn.Cell, shape, run => run.Sequential<IndRnn>());
        Check(Squash.Cell, shape, run => run.Map<Squash>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void EveryLaneAgrees(int lane)
    {
        var before = LaneChoice.Width;
        LaneChoice.Width = lane;
        try
        {
            EveryBodyAgreesWithTheSerialLoop(3, 65, 37, "lengths reverse resets");
            CheckScan<MinGru>(MinGru.Cell, Of(1, 20000, 19, "resets"));
        }
        finally
        {
            LaneChoice.Width = before;
        }
    }

    internal static Shape Of(int batch, int steps, int width, string options) => new(batch, steps, width)
    {
        Lengths = options.Contains("lengths"),
        Reverse = options.Contains("reverse"),
        Resets = options.Contains("resets"),
        Start = !options.Contains("no start"),
        Initial = !options.Contains("no initial"),
        SequenceAdjoint = steps % 2 == 1,
        Add = options.Contains("add"),
        Seed = steps + width,
    };

    static bool IsSum(Cell cell, string name) => name.StartsWith("stream adjoint", StringComparison.Ordinal)
        && cell.Streams[int.Parse(name.AsSpan("stream adjoint ".Length), System.Globalization.CultureInfo.InvariantCulture)] == Cell.PerCall;

    static void CheckScan<TBody>(Cell cell, Shape shape) where TBody : struct, IScanBody
    {
        foreach (var course in new[] { Course.Serial, Course.Split })
        {
            using var forced = new ForcedCourse(course);
            Check(cell, shape, run => run.Scan<TBody>());
        }
    }

    internal static void Check(Cell cell, Shape shape, Func<KernelRun, Dictionary<string, double[]>> execute, double bound = 5e-7)
    {
        var size = (long)shape.Batch * shape.Steps * shape.Width;
        var numbers = Numbers.Of(cell, shape);
        var expected = Reference.Run(cell, shape, numbers);
        foreach (var pad in size > 100_000 ? new[] { 5 } : [0, 5])
        {
            using var run = new KernelRun(cell, shape, numbers, pad);
            var actual = execute(run);
            Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
            foreach (var (name, values) in expected)
            {
                var isForward = name.StartsWith("state", StringComparison.Ordinal) || name.StartsWith("end", StringComparison.Ordinal);
                var error = Reference.RelativeError(actual[name], values, IsSum(cell, name) ? Math.Max(1, (long)shape.Batch * shape.Steps) : 1);
                Assert.True(error <= (isForward ? bound : 2e-6), $"{name}: relative error {error:e2}, {shape}, {string.Join(' ', cell.Streams)}, pad {pad}");
            }
        }
    }
}
