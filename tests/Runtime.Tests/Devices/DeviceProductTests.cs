using System.Runtime.InteropServices;
using Recurve.Devices;
using Recurve.Kernels;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Devices;

/// <summary>Products of rows of (batch, step), however the rows lie, against sums in double precision: by Gemm.cl, and by the device's own library where it has one.</summary>
public sealed unsafe class DeviceProductTests
{
    const float Untouched = -7;

    /// <summary>Batches, steps, first step, how far rows and batches lie apart beyond their numbers, and whether sequences have lengths.</summary>
    public static TheoryData<int, int, int, int, int, bool> Spaces => new()
    {
        { 1, 1, 0, 0, 0, false },
        { 1, 70, 0, 0, 0, false },
        { 3, 9, 0, 0, 0, false },
        { 3, 9, 2, 0, 0, false },   // a window: its batches do not follow each other
        { 5, 1, 4, 3, 0, false },   // a step of a loop
        { 3, 9, 0, 5, 0, false },   // columns of wider rows
        { 4, 7, 1, 5, 11, false },
        { 2, 600, 0, 1, 0, false }, // more rows than a part has
        { 3, 9, 0, 2, 0, true },
    };

    /// <summary>Rows of a signal with numbers between them, and their copy on a device.</summary>
    sealed class Signal
    {
        public readonly float[] Values;
        readonly int batches, width, rowApart, batchApart;

        public Signal(RandomSource random, int batches, int steps, int width, int rowGap, int batchGap)
        {
            (this.batches, this.width, rowApart) = (batches, width, width + rowGap);
            batchApart = steps * rowApart + batchGap;
            Values = [.. Enumerable.Repeat(Untouched, Math.Max(1, batches * batchApart))];
            for (var b = 0; b < batches; b++)
                for (var t = 0; t < steps; t++)
                    for (var i = 0; i < width; i++) this[b, t, i] = (float)random.Normal();
        }

        public ref float this[int b, int t, int i] => ref Values[b * batchApart + t * rowApart + i];

        public (Storage Memory, Rows Rows) To(Accelerator device)
        {
            var memory = Upload(device, Values);
            return (memory, new(memory.Address, batchApart, rowApart));
        }
    }

    [Theory, OnOpenCl(nameof(Spaces)), OnCuda(nameof(Spaces)), OnCudaDouble(nameof(Spaces)), OnIlgpu(nameof(Spaces))]
    public void RowsAreMultiplied(string on, int batches, int steps, int first, int rowGap, int batchGap, bool hasLengths)
    {
        foreach (var _ in Ways(on))
            foreach (var (inner, columns) in new[] { (1, 1), (17, 5), (3, 70), (70, 33) })
                foreach (var transposed in new[] { false, true })
                    foreach (var (accumulate, hasBias) in new[] { (false, false), (true, false), (false, true) })
                        CheckProduct(on, (batches, steps, first, rowGap, batchGap, hasLengths), inner, columns, transposed, accumulate, hasBias);
    }

    /// <summary>Libraries have other kernels for large matrices.</summary>
    [Theory, OnOpenCl, OnCuda]
    public void LargeMatricesAreMultiplied(string on)
    {
        foreach (var transposed in Ways(on).SelectMany(_ => new[] { false, true }))
            CheckProduct(on, (1, 600, 0, 1, 0, false), 257, 300, transposed, accumulate: transposed, hasBias: false);
    }

    // by a library where the device has one, and by Gemm.cl
    static IEnumerable<bool> Ways(string on)
    {
        try
        {
            foreach (var isPassedOver in Agreement.Get(on).Accelerator!.Products is null ? new[] { true } : [false, true])
                yield return DeviceProducts.PassesOverLibraries = isPassedOver;
        }
        finally
        {
            DeviceProducts.PassesOverLibraries = false;
        }
    }

    static void CheckProduct(
        string on, (int Batches, int Steps, int First, int RowGap, int BatchGap, bool HasLengths) of, int inner, int columns, bool transposed, bool accumulate, bool hasBias)
    {
        var device = Agreement.Get(on).Accelerator!;
        RandomSource random = new(of.Steps + inner);
        var all = of.First + of.Steps + 2;
        Signal a = new(random, of.Batches, all, inner, of.RowGap, of.BatchGap), c = new(random, of.Batches, all, columns, of.RowGap + 1, of.BatchGap);
        float[] b = Normal(random, inner * columns), bias = Normal(random, columns);
        var lengths = LengthsOf(of.Batches, of.Steps, of.First, of.HasLengths);
        var expected = c.Values.Select(v => (double)v).ToArray();
        for (var batch = 0; batch < of.Batches; batch++)
            for (var t = of.First; t < Math.Min(of.First + of.Steps, lengths[batch]); t++)
                for (var n = 0; n < columns; n++)
                {
                    double sum = accumulate ? c[batch, t, n] : hasBias ? bias[n] : 0;
                    for (var k = 0; k < inner; k++) sum += (double)a[batch, t, k] * b[transposed ? n * inner + k : k * columns + n];
                    expected[IndexOf(c, batch, t, n)] = sum;
                }
        var (aMemory, aRows) = a.To(device);
        var (cMemory, cRows) = c.To(device);
        Storage right = Upload(device, b), offset = Upload(device, bias), limits = device.Upload(lengths);
        RowSpace space = new(of.Batches, of.Steps, of.First, of.HasLengths ? limits.Address : 0);
        device.Multiply(cRows, aRows, right.Address, space, inner, columns, transposed, accumulate, hasBias ? offset.Address : 0);
        var actual = Download(device, cMemory);
        foreach (var memory in new[] { aMemory, cMemory, right, offset, limits }) memory.Return();
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-6 * Math.Sqrt(inner) * (4 + Math.Abs(expected[i])), $"{inner} × {columns}, {of}: {i} is {actual[i]}, expected {expected[i]}");
    }

    [Theory, OnOpenCl(nameof(Spaces)), OnCuda(nameof(Spaces)), OnCudaDouble(nameof(Spaces)), OnIlgpu(nameof(Spaces))]
    public void GradientsOfWeightsAreSummedOverRows(string on, int batches, int steps, int first, int rowGap, int batchGap, bool hasLengths)
    {
        var device = Agreement.Get(on).Accelerator!;
        foreach (var (m, n) in Ways(on).SelectMany(_ => new[] { (1, 1), (17, 5), (3, 70), (70, 65) }))
        {
            RandomSource random = new(steps + m);
            var all = first + steps + 2;
            Signal a = new(random, batches, all, m, rowGap, batchGap), b = new(random, batches, all, n, rowGap + 1, batchGap);
            var lengths = LengthsOf(batches, steps, first, hasLengths);
            double[] expected = [.. Enumerable.Repeat(1.0, m * n)], magnitudes = new double[m * n];
            for (var batch = 0; batch < batches; batch++)
                for (var t = first; t < Math.Min(first + steps, lengths[batch]); t++)
                    for (var i = 0; i < m * n; i++)
                    {
                        var term = (double)a[batch, t, i / n] * b[batch, t, i % n];
                        (expected[i], magnitudes[i]) = (expected[i] + term, magnitudes[i] + Math.Abs(term));
                    }
            var (aMemory, aRows) = a.To(device);
            var (bMemory, bRows) = b.To(device);
            var total = Storage.Rent(device.Device, 2 * m * n);
            Array ones = device.ExtendedBytes == sizeof(double) ? Enumerable.Repeat(1.0, m * n).ToArray() : Enumerable.Repeat(1f, m * n).ToArray();
            fixed (byte* start = &MemoryMarshal.GetArrayDataReference(ones)) device.Write(total.Address, start, (long)device.ExtendedBytes * m * n);
            var limits = device.Upload(lengths);
            device.AddTransposedProduct(total.Address, aRows, m, bRows, n, new(batches, steps, first, hasLengths ? limits.Address : 0));
            var actual = new double[m * n];
            fixed (double* start = actual) device.ReadExtended(total.Address, start, m * n);
            foreach (var memory in new[] { aMemory, bMemory, total, limits }) memory.Return();
            for (var i = 0; i < m * n; i++)
                Assert.True(Math.Abs(expected[i] - actual[i]) <= 2e-6 * (1 + magnitudes[i]), $"{m} × {n}: {i} is {actual[i]}, expected {expected[i]}");
        }
    }

    static int[] LengthsOf(int batches, int steps, int first, bool hasLengths)
        => [.. Enumerable.Range(0, batches).Select(batch => hasLengths ? first + batch * steps / 2 % (steps + 1) : first + steps)];

    static long IndexOf(Signal c, int batch, int t, int n)
    {
        fixed (float* start = c.Values, at = &c[batch, t, n]) return at - start;
    }

    static float[] Normal(RandomSource random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.Normal())];

    static Storage Upload(Accelerator device, float[] values)
    {
        var memory = Storage.Rent(device.Device, values.Length);
        fixed (float* start = values) device.Write(memory.Address, start, 4L * values.Length);
        return memory;
    }

    static float[] Download(Accelerator device, Storage memory)
    {
        var values = new float[memory.Length];
        fixed (float* start = values) device.Read(memory.Address, start, 4 * memory.Length);
        return values;
    }
}
