using Recurve.Devices;
using Recurve.Devices.Skeletons;
using Recurve.Kernels;
using Recurve.Runtime.Tests.Kernels.Composed;
using Recurve.Runtime.Tests.Kernels.Newton;
using Recurve.Runtime.Tests.Kernels.Scan;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Devices;

/// <summary>Newton's method on a device against the serial loop, and what it does where it cannot succeed.</summary>
[Collection(nameof(WorkerCounts))]
public sealed class DeviceNewtonTests
{
    // that of the test
    Accelerator device = null!;

    public static TheoryData<int, int, int, string> Shapes => new()
    {
        { 1, 0, 3, "" }, { 1, 16, 3, "" }, { 1, 33, 3, "reverse" }, { 3, 257, 17, "lengths reverse resets" }, { 2, 300, 9, "no start, no initial, resets" },
    };

    public static TheoryData<bool> Limits => [false, true];

    [Theory, OnOpenCl(nameof(Shapes)), OnCuda(nameof(Shapes)), OnCudaDouble(nameof(Shapes)), OnIlgpu(nameof(Shapes))]
    public void ContractingRecurrencesConvergeToTheSerialLoop(string on, int batch, int steps, int width, string options)
    {
        device = Agreement.Get(on).Accelerator!;
        using var forced = new ForcedCourse(Course.Newton);
        var newton = new DeviceNewton(DeviceBody.Of<NewtonTests.Solved>(), 1e-6, 50);
        RecurrenceTests.Check(NewtonTests.Solved.Cell, RecurrenceTests.Of(batch, steps, width, options), run => run.OnDevice(device, (launch, window, lengths) =>
        {
            newton.Forward(device, launch, window, lengths);
            newton.Backward(device, launch, window, lengths);
        }));
        Assert.Equal(steps > 16, newton.Report is not null);
        Assert.Empty(newton.Report?.SteppedSequences ?? []);
        if (steps > 16) Assert.InRange(newton.Report!.Iterations, 1, 6);
    }

    [Theory, OnOpenCl(nameof(Limits)), OnCuda(nameof(Limits)), OnCudaDouble(nameof(Limits)), OnIlgpu(nameof(Limits))]
    public void WhatDoesNotConvergeIsRunStepByStep(string on, bool isLimit)
    {
        device = Agreement.Get(on).Accelerator!;
        var (shape, numbers) = NewtonTests.Chaos();
        var newton = new DeviceNewton(DeviceBody.Of<NewtonTests.Logistic>(), 1e-6, isLimit ? 1 : 50);
        var (actual, expected) = (Forward(newton, NewtonTests.Logistic.Cell, shape, numbers), Serial<NewtonTests.Logistic>(NewtonTests.Logistic.Cell, shape, numbers));
        Assert.Equal(isLimit ? [0, 1, 2] : [1, 2], newton.Report!.SteppedSequences);
        // what was run step by step is the serial loop, bit for bit
        Assert.Equal(expected["state 0"][3000..], actual["state 0"][3000..]);
        Assert.Equal(expected["end 0"][5..], actual["end 0"][5..]);
        for (var i = 0; i < 3000; i++) Assert.Equal(expected["state 0"][i], actual["state 0"][i], 1e-5);
    }

    [Theory, OnOpenCl, OnCuda, OnCudaDouble, OnIlgpu]
    public void ANumberThatIsNotFiniteIsThatOfTheSerialLoop(string on)
    {
        device = Agreement.Get(on).Accelerator!;
        var shape = new Shape(2, 300, 3);
        var numbers = Numbers.Of(NewtonTests.Solved.Cell, shape);
        numbers.Streams[0][100 * 3 + 1] = float.NaN;
        var newton = new DeviceNewton(DeviceBody.Of<NewtonTests.Solved>(), 1e-6, 50);
        var (actual, expected) = (Forward(newton, NewtonTests.Solved.Cell, shape, numbers), Serial<NewtonTests.Solved>(NewtonTests.Solved.Cell, shape, numbers));
        Assert.Equal([0], newton.Report!.SteppedSequences);
        // the channel that does not see the NaN was solved
        for (var i = 0; i < 900; i++)
        {
            if (i % 3 == 1) Assert.Equal(expected["state 0"][i], actual["state 0"][i]);
            else Assert.Equal(expected["state 0"][i], actual["state 0"][i], 1e-5);
        }
    }

    Dictionary<string, double[]> Forward(DeviceNewton newton, Cell cell, Shape shape, Numbers numbers)
    {
        using var forced = new ForcedCourse(Course.Newton);
        using var run = new KernelRun(cell, shape, numbers, pad: 0);
        return run.OnDevice(device, (launch, window, lengths) => newton.Forward(device, launch, window, lengths));
    }

    Dictionary<string, double[]> Serial<TBody>(Cell cell, Shape shape, Numbers numbers) where TBody : struct, Contracts.IBody
    {
        using var forced = new ForcedCourse(Course.Serial);
        using var run = new KernelRun(cell, shape, numbers, pad: 0);
        var newton = new DeviceNewton(DeviceBody.Of<TBody>(), 1e-6, 50);
        return run.OnDevice(device, (launch, window, lengths) => newton.Forward(device, launch, window, lengths));
    }
}
