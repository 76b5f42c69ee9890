using Recurve.Devices.Skeletons;
using Recurve.Kernels;

namespace Recurve.Devices;

/// <summary>
/// Products of rows in bfloat16: these pass through scratch in single precision, a slice at a time that stays in the cache of a large card. So the memory is read and written
/// in bfloat16, and products are those of single precision, by whoever multiplies there.
/// </summary>
internal static class BFloat16Products
{
    // 16 MB
    const long SliceNumbers = 1 << 22;

    /// <inheritdoc cref="DeviceProducts.Multiply"/>
    public static void Multiply(
        Accelerator device, Rows c, Rows a, nint b, RowSpace space, int inner, int columns, bool transposed, bool accumulate, nint bias)
    {
        using var scratch = new DeviceScratch(device);
        using var wide = new Widened(device, SliceNumbers / Math.Max(inner, columns), space);
        nint product = c.Precision == Precision.Single ? 0 : wide.Take(columns);
        nint left = a.Precision == Precision.Single ? 0 : wide.Take(inner);
        foreach (var slice in RowSlice.Of(device, scratch, space, wide.Rows))
        {
            var from = wide.Read(slice, a, left, inner);
            if (product == 0)
            {
                device.Multiply(slice.Of(c), from, b, slice.Space, inner, columns, transposed, accumulate, bias);
                continue;
            }
            var result = slice.Of(product, columns);
            device.Multiply(result, from, b, slice.Space, inner, columns, transposed, accumulate: false, accumulate ? 0 : bias);
            if (accumulate) device.AddRows(slice.Of(c), result, slice.Space, columns);
            else device.CopyRows(slice.Of(c), result, slice.Space, columns);
        }
    }

    /// <inheritdoc cref="DeviceProducts.AddTransposedProduct"/>
    public static void AddTransposedProduct(Accelerator device, nint total, Rows a, int aWidth, Rows b, int bWidth, RowSpace space)
    {
        using var scratch = new DeviceScratch(device);
        using var wide = new Widened(device, SliceNumbers / Math.Max(aWidth, bWidth), space);
        nint left = a.Precision == Precision.Single ? 0 : wide.Take(aWidth), right = b.Precision == Precision.Single ? 0 : wide.Take(bWidth);
        foreach (var slice in RowSlice.Of(device, scratch, space, wide.Rows))
            device.AddTransposedProduct(total, wide.Read(slice, a, left, aWidth), aWidth, wide.Read(slice, b, right, bWidth), bWidth, slice.Space);
    }

    /// <summary>Scratch for the rows of one slice.</summary>
    sealed class Widened(Accelerator device, long rows, RowSpace space) : IDisposable
    {
        readonly DeviceScratch scratch = new(device);

        public long Rows { get; } = Math.Clamp(rows, 1, space.Rows);

        public nint Take(int width) => scratch.Take(Rows * width * sizeof(float));

        public Rows Read(RowSlice slice, Rows whole, nint memory, int width)
        {
            if (memory == 0) return slice.Of(whole);
            var read = slice.Of(memory, width);
            device.CopyRows(read, slice.Of(whole), slice.Space, width);
            return read;
        }

        public void Dispose() => scratch.Dispose();
    }
}
