using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Devices.OpenCl;
using Recurve.Devices.Skeletons;
using Recurve.Kernels;
using Recurve.Kernels.Composed;
using Recurve.Runtime.Tests.Kernels.Composed;
using Recurve.Runtime.Tests.Kernels.Scan;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Devices;

/// <summary>Values and all adjoints of every kind of body on a device against a serial loop in double precision: the processor's own tests of kernels.</summary>
[Collection(nameof(WorkerCounts))]
public sealed class DeviceKernelTests
{
    static readonly Accelerator Device = OpenClDevices.TryOpen(0, out var device, out var whyNot) ? device : throw new InvalidOperationException(whyNot);

    public static TheoryData<int, int, int, string> Shapes()
    {
        var data = new TheoryData<int, int, int, string>();
        var options = new[] { "", "reverse", "lengths", "resets", "lengths reverse resets", "no start", "no start, no initial, resets", "add" };
        var i = 0;
        foreach (var t in new[] { 0, 1, 2, 63, 257 })
            foreach (var b in new[] { 0, 1, 3 })
                foreach (var f in new[] { 1, 3, 17, 64 })
                    data.Add(b, t, f, options[i++ % options.Length]);
        foreach (var option in options) data.Add(2, 130, 33, option);
        return data;
    }

    // tiles of 16 steps and more
    public static TheoryData<int, int, int, string> SplitShapes()
    {
        var data = new TheoryData<int, int, int, string>();
        var options = new[] { "resets", "lengths reverse resets", "no start, no initial, resets", "add", "reverse", "lengths" };
        var i = 0;
        foreach (var t in new[] { 2, 63, 257 })
            foreach (var b in new[] { 1, 3 })
                foreach (var f in new[] { 1, 3, 17 })
                    data.Add(b, t, f, options[i++ % options.Length]);
        return data;
    }

    [OpenClTheory]
    [MemberData(nameof(Shapes))]
    public void Maps(int batch, int steps, int width, string options)
    {
        var shape = RecurrenceTests.Of(batch, steps, width, options);
        Check<Squash>(Squash.Cell, shape);
        Check<SquashSteps>(SquashSteps.Cell, shape);

        static void Check<TBody>(Cell cell, Shape shape) where TBody : struct, IMapBody
        {
            var map = new DeviceMap(DeviceBody.Of<TBody>());
            RecurrenceTests.Check(cell, shape, run => run.OnDevice(Device, (launch, window, lengths) =>
            {
                map.Forward(Device, launch, window, lengths);
                map.Adjoint(Device, launch, window, lengths);
            }));
        }
    }

    [OpenClTheory]
    [InlineData(70, 3, "lengths")]
    [InlineData(3, 40, "add")]
    public void MapsOfALoopRunStepByStep(int batch, int steps, string options)
    {
        var shape = RecurrenceTests.Of(batch, steps, 5, options);
        var map = new DeviceMap(DeviceBody.Of<Squash>());
        RecurrenceTests.Check(Squash.Cell, shape, run => run.OnDevice(Device, (launch, window, lengths) =>
        {
            for (var t = 0; t < steps; t++) map.Forward(Device, launch, Step(t), lengths);
            using var adjoint = map.Bind(Device, launch, Step(0));
            for (var t = steps - 1; t >= 0; t--) adjoint.Run(Step(t), lengths);
            adjoint.Complete();
        }));

        Window Step(int t) => new(0, batch, t, t + 1);
    }

    [OpenClTheory]
    [InlineData(1, "lengths resets")]
    [InlineData(7, "lengths reverse resets")]
    [InlineData(20, "reverse")]
    public void WindowsGiveTheWholeSequence(int steps, string options)
    {
        using var forced = new ForcedCourse(Course.Split);
        var shape = RecurrenceTests.Of(3, 41, 17, options);
        var numbers = Numbers.Of(Gated.Cell, shape);
        var recurrence = DeviceRecurrence.Scan(DeviceBody.Of<Gated>());
        using KernelRun whole = new(Gated.Cell, shape, numbers, pad: 3), windows = new(Gated.Cell, shape, numbers, pad: 3);
        var expected = whole.OnDevice(Device, (launch, window, lengths) => recurrence.Forward(Device, launch, window, lengths));
        var actual = windows.OnDevice(Device, (launch, window, lengths) =>
        {
            // the state goes from window to window in place
            var state = launch.States[0];
            Device.Copy(state.Start.Start, state.End.Start, 3 * 17 * sizeof(float));
            launch.States[0] = state with { Start = state.End };
            for (var t = 0; t < 41; t += steps) recurrence.Forward(Device, launch, new(0, 3, t, Math.Min(41, t + steps)), lengths);
        });
        foreach (var name in expected.Keys.Where(name => !name.Contains("adjoint")))
            for (var i = 0; i < expected[name].Length; i++) Assert.Equal(expected[name][i], actual[name][i], 1e-6);
    }

    [OpenClTheory]
    [MemberData(nameof(Shapes))]
    public void Scans(int batch, int steps, int width, string options) => CheckScans(batch, steps, width, options, Course.Serial);

    [OpenClTheory]
    [MemberData(nameof(SplitShapes))]
    public void ScansSplitInTime(int batch, int steps, int width, string options) => CheckScans(batch, steps, width, options, Course.Split);

    [OpenClTheory]
    [MemberData(nameof(Shapes))]
    public void StepByStep(int batch, int steps, int width, string options)
    {
        var shape = RecurrenceTests.Of(batch, steps, width, options);
        Check(Pair.Cell, shape, DeviceRecurrence.Sequential(DeviceBody.Of<Pair>()));
        Check(IndRnn.Cell, shape, DeviceRecurrence.Sequential(DeviceBody.Of<IndRnn>()));
    }

    [OpenClTheory]
    [MemberData(nameof(SplitShapes))]
    public void ComposedSplitInTime(int batch, int steps, int width, string options) => CheckComposed(batch, steps, width, options, Course.Split);

    [OpenClTheory]
    [InlineData(3, 33, 17, "lengths reverse resets")]
    [InlineData(2, 100, 64, "add")]
    [InlineData(2, 0, 3, "no start")]
    public void ComposedInOnePiece(int batch, int steps, int width, string options) => CheckComposed(batch, steps, width, options, Course.Serial);

    [OpenClTheory]
    [InlineData(1, 20_000, 3, "resets")]
    [InlineData(2, 3000, 64, "lengths reverse")]
    public void LongSequencesAreSplit(int batch, int steps, int width, string options)
    {
        CheckScans(batch, steps, width, options, null);
        CheckComposed(batch, steps / 4, width, options, null);
    }

    [OpenClTheory]
    [MemberData(nameof(OverflowTests.Traps), MemberType = typeof(OverflowTests))]
    public void WhatIsFiniteIsThatOfTheSerialLoop(string trap)
        => OverflowTests.Check(trap, run => OnDevice(run, DeviceRecurrence.Scan(DeviceBody.Of<Plain>())));

    [OpenClFact]
    public void WildChainsSplitInTimeAreThoseOfOnePiece()
    {
        Chains<ChainTests.Bounded>(StepClass.Clamped, ChainTests.Bounded.Cell);
        Chains<MaxPlus>(StepClass.MaxPlus, MaxPlus.Cell);
        Chains<LogPlus>(StepClass.LogPlus, LogPlus.Cell);
        Chains<Block<TwoStates>>(StepClass.Block, Block<TwoStates>.Cell);
    }

    [OpenClTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheSameCallGivesTheSameBits(bool isSplit)
    {
        var shape = new Shape(2, 700, 17) { Resets = true, Lengths = true };
        var numbers = Numbers.Of(MinGru.Cell, shape);
        using var forced = new ForcedCourse(isSplit ? Course.Split : Course.Serial);
        using KernelRun one = new(MinGru.Cell, shape, numbers, pad: 0), other = new(MinGru.Cell, shape, numbers, pad: 0);
        var (first, second) = (OnDevice(one, DeviceRecurrence.Scan(DeviceBody.Of<MinGru>())), OnDevice(other, DeviceRecurrence.Scan(DeviceBody.Of<MinGru>())));
        foreach (var (name, values) in first) Assert.True(values.AsSpan().SequenceEqual(second[name]), name);
    }

    static void Chains<TBody>(StepClass kind, Cell cell) where TBody : struct, IComposedBody
    {
        var recurrence = DeviceRecurrence.Composed(DeviceBody.Of<TBody>(), kind);
        var seed = Environment.TickCount;
        for (var chain = 0; chain < 200; chain++) ChainTests.Compare(kind, cell, seed + chain, run => OnDevice(run, recurrence));
    }

    static void CheckScans(int batch, int steps, int width, string options, Course? course)
    {
        using var forced = new ForcedCourse(course);
        var shape = RecurrenceTests.Of(batch, steps, width, options);
        Check(Plain.Cell, shape, DeviceRecurrence.Scan(DeviceBody.Of<Plain>()), course: course);
        Check(MinGru.Cell, shape, DeviceRecurrence.Scan(DeviceBody.Of<MinGru>()), course: course);
        Check(Gated.Cell, shape, DeviceRecurrence.Scan(DeviceBody.Of<Gated>()), course: course);
    }

    static void CheckComposed(int batch, int steps, int width, string options, Course? course)
    {
        using var forced = new ForcedCourse(course);
        var shape = RecurrenceTests.Of(batch, steps, width, options);
        CheckClass<Block<TwoStates>>(StepClass.Block, Block<TwoStates>.Cell);
        if (width <= 3)
        {
            CheckClass<Block<ThreeStates>>(StepClass.Block, Block<ThreeStates>.Cell);
            CheckClass<Block<FourStates>>(StepClass.Block, Block<FourStates>.Cell);
        }
        CheckClass<Clamped>(StepClass.Clamped, Clamped.Cell);
        CheckClass<MaxPlus>(StepClass.MaxPlus, MaxPlus.Cell);
        CheckClass<LogPlus>(StepClass.LogPlus, LogPlus.Cell);

        void CheckClass<TBody>(StepClass kind, Cell cell) where TBody : struct, IComposedBody
        {
            var recurrence = DeviceRecurrence.Composed(DeviceBody.Of<TBody>(), kind);
            // sums of a walk forget no rounding, so the serial loop itself is the measure
            var bound = kind is StepClass.MaxPlus or StepClass.LogPlus ? Math.Max(5e-7, 2 * SerialError(cell, shape, recurrence)) : 5e-7;
            Check(cell, shape, recurrence, bound, course);
        }
    }

    static double SerialError(Cell cell, Shape shape, DeviceRecurrence recurrence)
    {
        using var forced = new ForcedCourse(Course.Serial);
        var numbers = Numbers.Of(cell, shape);
        using var run = new KernelRun(cell, shape, numbers, pad: 0);
        return Reference.RelativeError(OnDevice(run, recurrence)["state 0"], Reference.Run(cell, shape, numbers)["state 0"]);
    }

    static void Check(Cell cell, Shape shape, DeviceRecurrence recurrence, double bound = 5e-7, Course? course = Course.Serial)
    {
        RecurrenceTests.Check(cell, shape, run => OnDevice(run, recurrence), bound);
        Assert.Equal((course ?? Course.Split) == Course.Split && shape.Steps > 16 ? Course.Split : Course.Serial, recurrence.Course);
    }

    static Dictionary<string, double[]> OnDevice(KernelRun run, DeviceRecurrence recurrence) => run.OnDevice(Device, (launch, window, lengths) =>
    {
        recurrence.Forward(Device, launch, window, lengths);
        recurrence.Backward(Device, launch, window, lengths);
    });
}
