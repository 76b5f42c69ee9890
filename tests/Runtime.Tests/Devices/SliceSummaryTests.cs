using System.Numerics;
using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Devices.Skeletons;
using Recurve.Kernels;
using Recurve.Kernels.Composed;
using Recurve.Kernels.Sliced;
using Recurve.Runtime.Tests.Kernels.Composed;
using Recurve.Runtime.Tests.Kernels.Scan;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Devices;

/// <summary>What a slice's steps do, summarised in tiles and joined on a device, against one tile of all steps, and against the processor's walk over the same numbers.</summary>
[Collection(nameof(WorkerCounts))]
public sealed unsafe class SliceSummaryTests
{
    // numbers of steps are in single precision, and the processor has its own exponential; what is composed is in the device's extended precision
    const double OfProcessor = 1e-5;

    static double OfTiles(Accelerator device) => device.ExtendedBytes == sizeof(double) ? 1e-9 : 1e-5;

    public static TheoryData<int, int, int, string> Shapes => new()
    {
        { 3, 130, 17, "resets" }, { 2, 257, 3, "lengths reverse resets" }, { 1, 300, 5, "no start, no initial, resets" }, { 3, 200, 18, "lengths" }, { 2, 9, 4, "" }, { 2, 0, 3, "" },
    };

    [Theory, OnOpenCl(nameof(Shapes)), OnCuda(nameof(Shapes)), OnCudaDouble(nameof(Shapes))]
    public void AreThoseOfOneWalk(string on, int batch, int steps, int width, string options)
    {
        var shape = RecurrenceTests.Of(batch, steps, width, options);
        Check(on, nameof(MinGru), MinGru.Cell, shape, DeviceRecurrence.Scan(DeviceBody.Of<MinGru>()), SliceKernel.OfScan<MinGru>(), 2, 2);
        Composed<Block<TwoStates>>(StepClass.Block, Block<TwoStates>.Cell, 6, 6);
        Composed<Clamped>(StepClass.Clamped, Clamped.Cell, 4, 2);
        Composed<MaxPlus>(StepClass.MaxPlus, MaxPlus.Cell, 2, 2);
        Composed<LogPlus>(StepClass.LogPlus, LogPlus.Cell, 2, 2);

        void Composed<TBody>(StepClass kind, Cell cell, int forward, int backward) where TBody : struct, IComposedBody
            => Check(on, $"{kind}", cell, shape, DeviceRecurrence.Composed(DeviceBody.Of<TBody>(), kind), SliceKernel.Of<TBody>(kind), forward, backward);
    }

    static void Check(string on, string name, Cell cell, Shape shape, DeviceRecurrence recurrence, SliceKernel maps, int forward, int backward)
    {
        var device = Agreement.Get(on).Accelerator!;
        using var run = new KernelRun(cell, shape, Numbers.Of(cell, shape), pad: 0);
        var joined = new Storage[2];
        run.OnDevice(device, (launch, window, lengths) =>
        {
            recurrence.Forward(device, launch, window, lengths);
            for (var direction = 0; direction < 2; direction++)
            {
                // tiles of 16 steps and more, and one
                var one = Summarise(Course.Serial, direction);
                joined[direction] = Summarise(Course.Split, direction);
                CompareTiles($"{name}, direction {direction}", one, joined[direction], direction == 0 ? forward : backward, shape, OfTiles(device));
            }

            Storage Summarise(Course course, int direction)
            {
                using var forced = new ForcedCourse(course);
                var summary = recurrence.Summarise(device, launch, window, direction == 1, lengths);
                var read = Storage.RentStaging(device.Device, summary.Length);
                device.ReadExtended(summary.Address, (double*)read.Pointer, summary.Length / 2);
                return read;
            }
        });
        // the states that the device left are those that both read
        for (var direction = 0; direction < 2; direction++)
        {
            var length = maps.SummaryLength(shape.Width, shape.Batch, direction == 1);
            Storage expected = Storage.Rent(2L * length), actual = Storage.Rent(2L * length);
            maps.Summarise(run.Launch, new(0, shape.Batch, 0, shape.Steps), direction == 1, (double*)expected.Pointer);
            maps.TakeSummary(shape.Width, shape.Batch, direction == 1, (double*)joined[direction].Pointer, (double*)actual.Pointer);
            for (var b = 0; b < shape.Batch; b++)
            {
                var at = length / shape.Batch * b;
                CompareMaps($"{name}, direction {direction}, batch {b}", (double*)expected.Pointer + at, (double*)actual.Pointer + at, direction == 0 ? forward : backward, shape.Width);
            }
            GC.KeepAlive(expected);
            GC.KeepAlive(actual);
        }
        GC.KeepAlive(joined);
    }

    // (batch, number, channel): the map, what the steps' numbers add up to, what states reach, and the cut
    static void CompareTiles(string what, Storage one, Storage joined, int numbers, Shape shape, double tolerance)
    {
        for (var i = 0; i < shape.Batch * (numbers + 3) * shape.Width; i++)
        {
            var number = i / shape.Width % (numbers + 3);
            double e = ((double*)one.Pointer)[i], a = ((double*)joined.Pointer)[i];
            // one walk adds up what its maps reach, of which a bound need not be below the greatest: where maps are multiplied it is not below the sum, where they are added not below the mean
            var least = what.Contains("Plus, direction 0", StringComparison.Ordinal) ? e / Math.Max(1, shape.Steps) : e;
            if (number == numbers + 1) Assert.True(a >= least * (1 - tolerance) && a <= (1 + e) * (1 + e) * (1 + shape.Steps), $"{what}: states are said to reach {a}, and reach {e}");
            else Assert.True(e == a || Math.Abs(e - a) <= tolerance * (1 + Math.Abs(e)), $"{what}: number {number} is {a}, expected {e}");
        }
    }

    static void CompareMaps(string what, double* expected, double* actual, int numbers, int width)
    {
        var stride = (width + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
        for (var i = 0; i < numbers * stride; i++)
        {
            // behind the last channel stand maps that change nothing
            double e = expected[i], a = actual[i];
            Assert.True(e == a || Math.Abs(e - a) <= OfProcessor * (1 + Math.Abs(e)), $"{what}: number {i / stride} of channel {i % stride} is {a}, expected {e}");
        }
        double* bounds = actual + numbers * stride, own = expected + numbers * stride;
        Assert.Equal(own[2], bounds[2]);
        // the processor adds up channels that lie a vector apart
        Assert.True(bounds[0] <= own[0] * (1 + OfProcessor), $"{what}: the steps' numbers add up to {bounds[0]}, expected {own[0]} at most");
    }
}
