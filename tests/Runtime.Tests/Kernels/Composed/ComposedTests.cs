using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Composed;
using Recurve.Kernels.Lanes;
using Recurve.Runtime.Tests.Kernels.Scan;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Kernels.Composed;

/// <summary>Recurrences whose steps compose, split in time, against a serial loop in double precision: values and all adjoints.</summary>
[Collection(nameof(WorkerCounts))]
public class ComposedTests
{
    [Theory]
    [MemberData(nameof(RecurrenceTests.Shapes), MemberType = typeof(RecurrenceTests))]
    public void SplitInTimeAgreesWithTheSerialLoop(int batch, int steps, int width, string options) => CheckAll(batch, steps, width, options, Course.Split);

    [Theory]
    [InlineData(3, 33, 17, "lengths reverse resets")]
    [InlineData(2, 100, 64, "add")]
    [InlineData(2, 0, 3, "no start")]
    public void StepByStepAgreesWithTheSerialLoop(int batch, int steps, int width, string options) => CheckAll(batch, steps, width, options, Course.Serial);

    [Theory]
    [InlineData(1, 5000, 3, "resets")]
    [InlineData(2, 900, 300, "lengths reverse")]
    [InlineData(1, 3000, 17, "no start, resets")]
    [InlineData(1, 2500, 100, "resets")]
    public void LongSequencesAgree(int batch, int steps, int width, string options) => CheckAll(batch, steps, width, options, null);

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
            CheckAll(3, 130, 37, "lengths reverse resets", Course.Split);
        }
        finally
        {
            LaneChoice.Width = before;
        }
    }

    [Theory]
    [InlineData(1, 3000, 16)]
    [InlineData(2, 900, 300)]
    [InlineData(9, 100, 64)]
    public void ResultsDoNotDependOnTheNumberOfWorkers(int batch, int steps, int width)
    {
        var shape = new Shape(batch, steps, width) { Resets = true, Lengths = batch > 1 };
        using var forced = new ForcedCourse(Course.Split);
        CallTests.IsTheSame(Block<TwoStates>.Cell, shape, run => run.Composed<Block<TwoStates>>(StepClass.Block));
        CallTests.IsTheSame(Clamped.Cell, shape, run => run.Composed<Clamped>(StepClass.Clamped));
        CallTests.IsTheSame(LogPlus.Cell, shape, run => run.Composed<LogPlus>(StepClass.LogPlus));
    }

    static void CheckAll(int batch, int steps, int width, string options, Course? course)
    {
        var shape = RecurrenceTests.Of(batch, steps, width, options);
        Check<Block<TwoStates>>(StepClass.Block, Block<TwoStates>.Cell, shape, course);
        if (width <= 17)
        {
            Check<Block<ThreeStates>>(StepClass.Block, Block<ThreeStates>.Cell, shape, course);
            Check<Block<FourStates>>(StepClass.Block, Block<FourStates>.Cell, shape, course);
        }
        Check<Clamped>(StepClass.Clamped, Clamped.Cell, shape, course);
        Check<MaxPlus>(StepClass.MaxPlus, MaxPlus.Cell, shape, course);
        Check<LogPlus>(StepClass.LogPlus, LogPlus.Cell, shape, course);
    }

    static void Check<TBody>(StepClass kind, Cell cell, Shape shape, Course? course) where TBody : struct, IComposedBody
    {
        using var forced = new ForcedCourse(course);
        // sums of a walk forget no rounding, so the serial loop itself is the measure
        var bound = kind is StepClass.MaxPlus or StepClass.LogPlus ? Math.Max(5e-7, 2 * SerialError<TBody>(kind, cell, shape)) : 5e-7;
        RecurrenceTests.Check(cell, shape, run => run.Composed<TBody>(kind), bound);
    }

    static double SerialError<TBody>(StepClass kind, Cell cell, Shape shape) where TBody : struct, IComposedBody
    {
        using var forced = new ForcedCourse(Course.Serial);
        var numbers = Numbers.Of(cell, shape);
        using var run = new KernelRun(cell, shape, numbers, pad: 0);
        return Reference.RelativeError(run.Composed<TBody>(kind)["state 0"], Reference.Run(cell, shape, numbers)["state 0"]);
    }
}
