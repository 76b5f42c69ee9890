using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Devices.OpenCl;
using Recurve.Devices.Skeletons;
using Recurve.Runtime.Tests.Kernels.Composed;
using Recurve.Runtime.Tests.Kernels.Scan;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Devices;

/// <summary>Values and all adjoints of every kind of body on a device against a serial loop in double precision: the processor's own tests of kernels.</summary>
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
    [MemberData(nameof(Shapes))]
    public void Scans(int batch, int steps, int width, string options)
    {
        var shape = RecurrenceTests.Of(batch, steps, width, options);
        Check(Plain.Cell, shape, new(DeviceBody.Of<Plain>(), "Scan.cl"));
        Check(MinGru.Cell, shape, new(DeviceBody.Of<MinGru>(), "Scan.cl"));
        Check(Gated.Cell, shape, new(DeviceBody.Of<Gated>(), "Scan.cl"));
    }

    [OpenClTheory]
    [MemberData(nameof(Shapes))]
    public void StepByStep(int batch, int steps, int width, string options)
    {
        var shape = RecurrenceTests.Of(batch, steps, width, options);
        Check(Pair.Cell, shape, new(DeviceBody.Of<Pair>()));
        Check(IndRnn.Cell, shape, new(DeviceBody.Of<IndRnn>()));
    }

    static void Check(Cell cell, Shape shape, DeviceRecurrence recurrence)
        => RecurrenceTests.Check(cell, shape, run => run.OnDevice(Device, (launch, window, lengths) =>
        {
            recurrence.Forward(Device, launch, window, lengths);
            recurrence.Backward(Device, launch, window, lengths);
        }));
}
