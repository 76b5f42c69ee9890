using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Devices.Skeletons;
using Recurve.Kernels;
using Recurve.Kernels.Composed;
using Recurve.Runtime.Tests.Kernels.Composed;
using Recurve.Runtime.Tests.Kernels.Newton;
using Recurve.Runtime.Tests.Kernels.Scan;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Devices;

/// <summary>
/// Rows in bfloat16: rounding against the nearest number found in double precision; kernels and products, bit for bit, against those of single precision on the rounded
/// numbers, with their results rounded.
/// </summary>
[Collection(nameof(WorkerCounts))]
public sealed unsafe class BFloat16Tests
{
    // that of the test
    Accelerator device = null!;

    public static TheoryData<int, int, int, string, bool> Shapes => new()
    {
        { 1, 1, 1, "", false }, { 3, 33, 17, "lengths reverse resets", false }, { 2, 63, 64, "add", false }, { 1, 257, 3, "no start, no initial, resets", true },
        { 3, 65, 5, "lengths add", true }, { 2, 130, 8, "reverse resets", true }, { 2, 0, 3, "", false },
    };

    /// <summary>Batches, steps, first step, and whether sequences have lengths; 1200 rows of 4096 numbers are two slices.</summary>
    public static TheoryData<int, int, int, bool> Spaces => new() { { 1, 5, 0, false }, { 3, 9, 2, true }, { 1, 1200, 0, false }, { 1, 1200, 3, true }, { 1200, 1, 4, true } };

    [Theory, OnOpenCl, OnCuda, OnCudaDouble]
    public void NumbersAreRoundedToTheNearest(string on)
    {
        device = Agreement.Get(on).Accelerator!;
        var seed = RandomSeed.Draw();
        var random = new Random(seed);
        float[] special = [0, -0f, 1, float.NaN, -float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, float.Epsilon, -float.Epsilon, .. Of(0x3f808000, 0x3f818000, 0x3f808001, 0x7f7f8000, 0x7f7f7fff, 0x7f800001, 0xff800001, 0x7fbfffff, 0x00008000, 0x007fffff)];
        float[] values = [.. special, .. Enumerable.Range(0, 5000).Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)))];
        var x = Tensor.FromArray(values).To(Agreement.Get(on));
        var y = Tensor.Zeros(Agreement.Get(on), values.Length);
        RoundTrip(new(x.Address, values.Length, values.Length), new(y.Address, values.Length, values.Length), RowSpace.Of(1), values.Length);
        float[] actual = y.ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            var expected = Nearest(values[i]);
            Assert.True(float.IsNaN(expected) ? float.IsNaN(actual[i]) : BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(actual[i]),
                $"{values[i]:r} became {actual[i]:r}, expected {expected:r} (seed {seed})");
        }

        static float[] Of(params uint[] bits) => [.. bits.Select(BitConverter.UInt32BitsToSingle)];
    }

    // of the two neighbours the nearer, or the even one; beyond the greatest, its neighbour would be 2^128
    static float Nearest(float x)
    {
        if (!float.IsFinite(x)) return x;
        var below = BitConverter.SingleToUInt32Bits(x) & 0xffff0000;
        float low = BitConverter.UInt32BitsToSingle(below), high = BitConverter.UInt32BitsToSingle(below + 0x10000);
        double up = Math.Abs((float.IsFinite(high) ? high : Math.CopySign(Math.Pow(2, 128), x)) - (double)x), down = Math.Abs((double)x - low);
        return up < down || up == down && (below & 0x10000) != 0 ? high : low;
    }

    [Theory, OnOpenCl(nameof(Shapes)), OnCuda(nameof(Shapes)), OnCudaDouble(nameof(Shapes))]
    public void KernelsStoreWhatSinglePrecisionWouldRound(string on, int batch, int steps, int width, string options, bool isSplit)
    {
        device = Agreement.Get(on).Accelerator!;
        using var forced = new ForcedCourse(isSplit ? Course.Split : Course.Serial);
        var shape = RecurrenceTests.Of(batch, steps, width, options);
        var map = new DeviceMap(DeviceBody.Of<Squash>());
        Check(Squash.Cell, shape, (l, w, n) => map.Forward(device, l, w, n), (l, w, n) => map.Adjoint(device, l, w, n));
        Recurrent(MinGru.Cell, DeviceRecurrence.Scan(DeviceBody.Of<MinGru>()));
        Recurrent(Gated.Cell, DeviceRecurrence.Scan(DeviceBody.Of<Gated>()));
        Recurrent(Pair.Cell, DeviceRecurrence.Sequential(DeviceBody.Of<Pair>()));
        Recurrent(Block<TwoStates>.Cell, DeviceRecurrence.Composed(DeviceBody.Of<Block<TwoStates>>(), StepClass.Block));
        Recurrent(Clamped.Cell, DeviceRecurrence.Composed(DeviceBody.Of<Clamped>(), StepClass.Clamped));
        Recurrent(LogPlus.Cell, DeviceRecurrence.Composed(DeviceBody.Of<LogPlus>(), StepClass.LogPlus));

        void Recurrent(Cell cell, DeviceRecurrence recurrence)
            => Check(cell, shape, (l, w, n) => recurrence.Forward(device, l, w, n), (l, w, n) => recurrence.Backward(device, l, w, n));
    }

    void Check(Cell cell, Shape shape, Action<RecurrentLaunch, Window, nint> forward, Action<RecurrentLaunch, Window, nint> backward)
    {
        var numbers = Numbers.Of(cell, shape);
        using KernelRun half = new(cell, shape, numbers, pad: 3), whole = new(cell, shape, numbers, pad: 3);
        var actual = half.OnDevice(device, (launch, window, lengths) =>
        {
            List<(Rows Single, Rows Half)> copies = [];
            var space = new RowSpace(shape.Batch, shape.Steps, 0, lengths);
            RecurrentLaunch stored = new()
            {
                Width = launch.Width,
                Steps = launch.Steps,
                Reverse = launch.Reverse,
                Resets = launch.Resets,
                Fixed = launch.Fixed,
                Streams = [.. launch.Streams.Select(Stored)],
                Outputs = [.. launch.Outputs.Select(Stored)],
                OutputAdjoints = [.. launch.OutputAdjoints.Select(Stored)],
                StreamAdjoints = [.. launch.StreamAdjoints.Select(t => t with { Rows = Stored(t.Rows) })],
                States = [.. launch.States.Select(s => s with { Sequence = Stored(s.Sequence), SequenceAdjoint = Stored(s.SequenceAdjoint) })],
            };
            forward(stored, window, lengths);
            backward(stored, window, lengths);
            foreach (var (single, copy) in copies)
            {
                device.CopyRows(single, copy, space, launch.Width);
                device.Free(copy.Start);
            }

            Rows Stored(Rows rows)
            {
                if (rows.IsNull || rows is { BatchStride: 0, StepStride: 0 }) return rows;
                var copy = rows with { Start = device.Allocate(Math.Max(1, shape.Batch * rows.BatchStride) * sizeof(ushort)), Precision = Precision.BFloat16 };
                device.CopyRows(copy, rows, space, launch.Width);
                copies.Add((rows, copy));
                return copy;
            }
        });
        var expected = whole.OnDevice(device, (launch, window, lengths) =>
        {
            var space = new RowSpace(shape.Batch, shape.Steps, 0, lengths);
            Round([.. launch.Streams, .. launch.OutputAdjoints, .. launch.States.Select(s => s.SequenceAdjoint)]);
            forward(launch, window, lengths);
            Round([.. launch.Outputs, .. launch.States.Select(s => s.Sequence)]);
            backward(launch, window, lengths);
            Round([.. launch.StreamAdjoints.Select(t => t.Rows)]);

            void Round(Rows[] signals)
            {
                foreach (var rows in signals.Where(r => !r.IsNull && r is not { BatchStride: 0, StepStride: 0 })) RoundTrip(rows, rows, space, launch.Width);
            }
        });
        foreach (var (name, values) in expected)
            Assert.True(values.AsSpan().SequenceEqual(actual[name]), $"{name}, {shape}, {string.Join(' ', cell.Streams)}");
    }

    [Theory, OnOpenCl(nameof(Spaces)), OnCuda(nameof(Spaces)), OnCudaDouble(nameof(Spaces))]
    public void ProductsAreThoseOfSinglePrecision(string on, int batches, int steps, int first, bool hasLengths)
    {
        device = Agreement.Get(on).Accelerator!;
        const int Inner = 3;
        var columns = batches * steps > 1000 ? 4096 : 5;
        var all = first + steps;
        var lengths = hasLengths ? device.Upload([.. Enumerable.Range(0, batches).Select(b => b % 3 == 1 ? 0 : all - b % 2)]) : null;
        var space = new RowSpace(batches, steps, first, lengths?.Address ?? 0);
        Tensor a = Normal(1, Inner), c = Normal(2, columns), b = GradientProbe.Normal(3, columns, Inner).To(Agreement.Get(on));
        foreach (var accumulate in new[] { false, true })
        {
            var expected = Both(half: false).Concat(Both(half: true)).ToArray();
            for (var i = 0; i < 2; i++) Agreement.Near($"product {i} on {on}, accumulate {accumulate}", expected[i], expected[2 + i], i == 0 ? 0 : 1e-6f);

            float[][] Both(bool half)
            {
                Tensor left = a.Copy(), result = c.Copy();
                var total = Storage.Rent(Agreement.Get(on), 2 * columns * Inner, clear: true);
                Rows from = RowsOf(left, Inner), to = RowsOf(result, columns);
                RoundTrip(from, from, space, Inner);
                RoundTrip(to, to, space, columns);
                Rows x = half ? Stored(from, Inner) : from, y = half ? Stored(to, columns) : to;
                device.Multiply(y, x, b.Address, space, Inner, columns, transposed: true, accumulate);
                if (half) device.CopyRows(to, y, space, columns);
                else RoundTrip(to, to, space, columns);
                device.AddTransposedProduct(total.Address, y, columns, x, Inner, space);
                var sums = new double[columns * Inner];
                fixed (double* start = sums) device.ReadExtended(total.Address, start, sums.Length);
                return [result.ToArray(), [.. sums.Select(s => (float)s)]];
            }
        }

        Tensor Normal(int seed, int width) => GradientProbe.Normal(seed, batches, all, width).To(Agreement.Get(on));

        Rows RowsOf(Tensor tensor, int width) => new(tensor.Address, (long)all * width, width);

        Rows Stored(Rows rows, int width)
        {
            var copy = rows with { Start = device.Allocate((long)batches * all * width * sizeof(ushort)), Precision = Precision.BFloat16 };
            device.CopyRows(copy, rows, space, width);
            return copy;
        }
    }

    void RoundTrip(Rows source, Rows target, RowSpace space, int width)
    {
        var half = source with { Start = device.Allocate(Math.Max(1, space.Batches * source.BatchStride) * sizeof(ushort)), Precision = Precision.BFloat16 };
        device.CopyRows(half, source, space, width);
        device.CopyRows(target, half, space, width);
        device.Free(half.Start);
    }
}
