using Recurve.Contracts;
using Recurve.Devices;
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
    // that of the test
    Accelerator device = null!;

    public static TheoryData<int, int, string> Loops => new() { { 70, 3, "lengths" }, { 3, 40, "add" } };

    public static TheoryData<int, string> Windows => new() { { 1, "lengths resets" }, { 7, "lengths reverse resets" }, { 20, "reverse" } };

    public static TheoryData<int, int, int, string> WholeShapes => new() { { 3, 33, 17, "lengths reverse resets" }, { 2, 100, 64, "add" }, { 2, 0, 3, "no start" } };

    public static TheoryData<int, int, int, string> LongShapes => new() { { 1, 20_000, 3, "resets" }, { 2, 3000, 64, "lengths reverse" } };

    public static TheoryData<string> Traps => OverflowTests.Traps;

    public static TheoryData<bool> Courses => [false, true];

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

    [Theory, OnOpenCl(nameof(Shapes)), OnCuda(nameof(Shapes)), OnCudaDouble(nameof(Shapes)), OnIlgpu(nameof(WholeShapes))]
    public void Maps(string on, int batch, int steps, int width, string options)
    {
        device = Open(on);
        var shape = RecurrenceTests.Of(batch, steps, width, options);
        Check<Squash>(Squash.Cell, shape);
        Check<SquashSteps>(SquashSteps.Cell, shape);

        void Check<TBody>(Cell cell, Shape shape) where TBody : struct, IMapBody
        {
            var map = new DeviceMap(DeviceBody.Of<TBody>());
            RecurrenceTests.Check(cell, shape, run => run.OnDevice(device, (launch, window, lengths) =>
            {
                map.Forward(device, launch, window, lengths);
                map.Adjoint(device, launch, window, lengths);
            }));
        }
    }

    [Theory, OnOpenCl(nameof(Loops)), OnCuda(nameof(Loops)), OnCudaDouble(nameof(Loops)), OnIlgpu(nameof(Loops))]
    public void MapsOfALoopRunStepByStep(string on, int batch, int steps, string options)
    {
        device = Open(on);
        var shape = RecurrenceTests.Of(batch, steps, 5, options);
        var map = new DeviceMap(DeviceBody.Of<Squash>());
        RecurrenceTests.Check(Squash.Cell, shape, run => run.OnDevice(device, (launch, window, lengths) =>
        {
            for (var t = 0; t < steps; t++) map.Forward(device, launch, Step(t), lengths);
            using var adjoint = map.Bind(device, launch, Step(0));
            for (var t = steps - 1; t >= 0; t--) adjoint.Run(Step(t), lengths);
            adjoint.Complete();
        }));

        Window Step(int t) => new(0, batch, t, t + 1);
    }

    [Theory, OnOpenCl(nameof(Windows)), OnCuda(nameof(Windows)), OnCudaDouble(nameof(Windows)), OnIlgpu(nameof(Windows))]
    public void WindowsGiveTheWholeSequence(string on, int steps, string options)
    {
        device = Open(on);
        using var forced = new ForcedCourse(Course.Split);
        var shape = RecurrenceTests.Of(3, 41, 17, options);
        var numbers = Numbers.Of(Gated.Cell, shape);
        var recurrence = DeviceRecurrence.Scan(DeviceBody.Of<Gated>());
        using KernelRun whole = new(Gated.Cell, shape, numbers, pad: 3), windows = new(Gated.Cell, shape, numbers, pad: 3);
        var expected = whole.OnDevice(device, (launch, window, lengths) => recurrence.Forward(device, launch, window, lengths));
        var actual = windows.OnDevice(device, (launch, window, lengths) =>
        {
            // the state goes from window to window in place
            var state = launch.States[0];
            device.Copy(state.Start.Start, state.End.Start, 3 * 17 * sizeof(float));
            launch.States[0] = state with { Start = state.End };
            for (var t = 0; t < 41; t += steps) recurrence.Forward(device, launch, new(0, 3, t, Math.Min(41, t + steps)), lengths);
        });
        foreach (var name in expected.Keys.Where(name => !name.Contains("adjoint")))
            for (var i = 0; i < expected[name].Length; i++) Assert.Equal(expected[name][i], actual[name][i], 1e-6 * Math.Max(1, Math.Abs(expected[name][i])));
    }

    [Theory, OnOpenCl(nameof(Shapes)), OnCuda(nameof(Shapes)), OnCudaDouble(nameof(Shapes)), OnIlgpu(nameof(WholeShapes))]
    public void Scans(string on, int batch, int steps, int width, string options) => CheckScans(on, batch, steps, width, options, Course.Serial);

    [Theory, OnOpenCl(nameof(SplitShapes)), OnCuda(nameof(SplitShapes)), OnCudaDouble(nameof(SplitShapes)), OnIlgpu(nameof(SplitShapes))]
    public void ScansSplitInTime(string on, int batch, int steps, int width, string options) => CheckScans(on, batch, steps, width, options, Course.Split);

    [Theory, OnOpenCl(nameof(Shapes)), OnCuda(nameof(Shapes)), OnCudaDouble(nameof(Shapes)), OnIlgpu(nameof(WholeShapes))]
    public void StepByStep(string on, int batch, int steps, int width, string options)
    {
        device = Open(on);
        var shape = RecurrenceTests.Of(batch, steps, width, options);
        Check(Pair.Cell, shape, DeviceRecurrence.Sequential(DeviceBody.Of<Pair>()));
        Check(IndRnn.Cell, shape, DeviceRecurrence.Sequential(DeviceBody.Of<IndRnn>()));
    }

    [Theory, OnOpenCl(nameof(SplitShapes)), OnCuda(nameof(SplitShapes)), OnCudaDouble(nameof(SplitShapes)), OnIlgpu(nameof(SplitShapes))]
    public void ComposedSplitInTime(string on, int batch, int steps, int width, string options) => CheckComposed(on, batch, steps, width, options, Course.Split);

    [Theory, OnOpenCl(nameof(WholeShapes)), OnCuda(nameof(WholeShapes)), OnCudaDouble(nameof(WholeShapes)), OnIlgpu(nameof(WholeShapes))]
    public void ComposedInOnePiece(string on, int batch, int steps, int width, string options) => CheckComposed(on, batch, steps, width, options, Course.Serial);

    [Theory, OnOpenCl(nameof(LongShapes)), OnCuda(nameof(LongShapes)), OnCudaDouble(nameof(LongShapes))]
    public void LongSequencesAreSplit(string on, int batch, int steps, int width, string options)
    {
        CheckScans(on, batch, steps, width, options, null);
        CheckComposed(on, batch, steps / 4, width, options, null);
    }

    [Theory, OnOpenCl(nameof(Traps)), OnCuda(nameof(Traps)), OnCudaDouble(nameof(Traps)), OnIlgpu(nameof(Traps))]
    public void WhatIsFiniteIsThatOfTheSerialLoop(string on, string trap)
    {
        device = Open(on);
        OverflowTests.Check(trap, run => OnDevice(run, DeviceRecurrence.Scan(DeviceBody.Of<Plain>())));
    }

    [Theory, OnOpenCl, OnCuda, OnCudaDouble, OnIlgpu]
    public void WildChainsSplitInTimeAreThoseOfOnePiece(string on)
    {
        device = Open(on);
        Chains<ChainTests.Bounded>(StepClass.Clamped, ChainTests.Bounded.Cell);
        Chains<MaxPlus>(StepClass.MaxPlus, MaxPlus.Cell);
        Chains<LogPlus>(StepClass.LogPlus, LogPlus.Cell);
        Chains<Block<TwoStates>>(StepClass.Block, Block<TwoStates>.Cell);
    }

    [Theory, OnOpenCl(nameof(Courses)), OnCuda(nameof(Courses)), OnCudaDouble(nameof(Courses)), OnIlgpu(nameof(Courses))]
    public void TheSameCallGivesTheSameBits(string on, bool isSplit)
    {
        device = Open(on);
        var shape = new Shape(2, 700, 17) { Resets = true, Lengths = true };
        var numbers = Numbers.Of(MinGru.Cell, shape);
        using var forced = new ForcedCourse(isSplit ? Course.Split : Course.Serial);
        using KernelRun one = new(MinGru.Cell, shape, numbers, pad: 0), other = new(MinGru.Cell, shape, numbers, pad: 0);
        var (first, second) = (OnDevice(one, DeviceRecurrence.Scan(DeviceBody.Of<MinGru>())), OnDevice(other, DeviceRecurrence.Scan(DeviceBody.Of<MinGru>())));
        foreach (var (name, values) in first) Assert.True(values.AsSpan().SequenceEqual(second[name]), name);
    }

    public static TheoryData<int, int, int, string> WideShapes => new()
    {
        { 3, 33, 4, "lengths reverse resets" }, { 2, 9, 64, "add" }, { 1, 70, 12, "no start, no initial, resets" }, { 2, 5, 17, "lengths" }, { 3, 0, 8, "" },
    };

    // rows of 64 are apart by 5 more in half of the runs, and 17 is odd: those stay with items of one channel
    [Theory, OnOpenCl(nameof(WideShapes)), OnCuda(nameof(WideShapes)), OnCudaDouble(nameof(WideShapes))]
    public void ItemsOfSeveralChannelsAreThoseOfOne(string on, int batch, int steps, int width, string options)
    {
        using var wide = new ForcedWide();
        CheckScans(on, batch, steps, width, options, Course.Serial);
        StepByStep(on, batch, steps, width, options);
        Maps(on, batch, steps, width, options);
    }

    sealed class ForcedWide : IDisposable
    {
        public ForcedWide() => DeviceSignature.ForcedWide = true;

        public void Dispose() => DeviceSignature.ForcedWide = null;
    }

    // in one pass over the memory, on CUDA
    [Theory, OnCuda(nameof(SplitShapes)), OnCudaDouble(nameof(SplitShapes))]
    public void SplitInOnePass(string on, int batch, int steps, int width, string options)
    {
        using var chained = new ForcedChain();
        CheckScans(on, batch, steps, width, options, Course.Split);
        CheckComposed(on, batch, steps, width, options, Course.Split);
    }

    [Theory, OnCuda(nameof(Traps)), OnCudaDouble(nameof(Traps))]
    public void WhatIsFiniteInOnePassIsThatOfTheSerialLoop(string on, string trap)
    {
        using var chained = new ForcedChain();
        WhatIsFiniteIsThatOfTheSerialLoop(on, trap);
    }

    [Theory, OnCuda, OnCudaDouble]
    public void WildChainsInOnePassAreThoseOfOnePiece(string on)
    {
        using var chained = new ForcedChain();
        WildChainsSplitInTimeAreThoseOfOnePiece(on);
    }

    [Theory, OnCuda(nameof(Courses)), OnCudaDouble(nameof(Courses))]
    public void TheSameCallInOnePassGivesTheSameBits(string on, bool isSplit)
    {
        using var chained = new ForcedChain();
        TheSameCallGivesTheSameBits(on, isSplit);
    }

    sealed class ForcedChain : IDisposable
    {
        public ForcedChain() => DevicePlanner.ForcedChain = true;

        public void Dispose() => DevicePlanner.ForcedChain = null;
    }

    static Accelerator Open(string on) => Agreement.Get(on).Accelerator!;

    void Chains<TBody>(StepClass kind, Cell cell) where TBody : struct, IComposedBody
    {
        var recurrence = DeviceRecurrence.Composed(DeviceBody.Of<TBody>(), kind);
        var seed = RandomSeed.Draw();
        for (var chain = 0; chain < 200; chain++) ChainTests.Compare(kind, cell, seed + chain, run => OnDevice(run, recurrence));
    }

    void CheckScans(string on, int batch, int steps, int width, string options, Course? course)
    {
        device = Open(on);
        using var forced = new ForcedCourse(course);
        var shape = RecurrenceTests.Of(batch, steps, width, options);
        Check(Plain.Cell, shape, DeviceRecurrence.Scan(DeviceBody.Of<Plain>()), course: course);
        Check(MinGru.Cell, shape, DeviceRecurrence.Scan(DeviceBody.Of<MinGru>()), course: course);
        Check(Gated.Cell, shape, DeviceRecurrence.Scan(DeviceBody.Of<Gated>()), course: course);
    }

    void CheckComposed(string on, int batch, int steps, int width, string options, Course? course)
    {
        device = Open(on);
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

    double SerialError(Cell cell, Shape shape, DeviceRecurrence recurrence)
    {
        using var forced = new ForcedCourse(Course.Serial);
        var numbers = Numbers.Of(cell, shape);
        using var run = new KernelRun(cell, shape, numbers, pad: 0);
        return Reference.RelativeError(OnDevice(run, recurrence)["state 0"], Reference.Run(cell, shape, numbers)["state 0"]);
    }

    void Check(Cell cell, Shape shape, DeviceRecurrence recurrence, double bound = 5e-7, Course? course = Course.Serial)
    {
        RecurrenceTests.Check(cell, shape, run => OnDevice(run, recurrence), bound);
        Assert.Equal((course ?? Course.Split) == Course.Split && shape.Steps > 16 ? Course.Split : Course.Serial, recurrence.Course);
    }

    Dictionary<string, double[]> OnDevice(KernelRun run, DeviceRecurrence recurrence) => run.OnDevice(device, (launch, window, lengths) =>
    {
        recurrence.Forward(device, launch, window, lengths);
        recurrence.Backward(device, launch, window, lengths);
    });
}
