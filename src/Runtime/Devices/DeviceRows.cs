using Recurve.Kernels;

namespace Recurve.Devices;

/// <summary>What is done to rows of signals between the kernels of a cell.</summary>
internal static class DeviceRows
{
    const int TileRows = 64;

    static readonly DeviceProgram Text = DeviceProgram.Of("Numbers.cl", "RowMath.cl");

    /// <summary>Sets rows to 0.</summary>
    public static void ClearRows(this Accelerator device, Rows target, RowSpace space, int width) => Write(device, target, default, space, width, add: false, 1, 1);

    /// <summary>Copies rows, of any precision to any; a source without strides is one row for all. Columns may lie apart.</summary>
    public static void CopyRows(this Accelerator device, Rows target, Rows source, RowSpace space, int width, int targetApart = 1, int sourceApart = 1)
        => Write(device, target, source, space, width, add: false, targetApart, sourceApart);

    /// <summary>Adds rows to rows.</summary>
    public static void AddRows(this Accelerator device, Rows target, Rows source, RowSpace space, int width, int targetApart = 1, int sourceApart = 1)
        => Write(device, target, source, space, width, add: true, targetApart, sourceApart);

    /// <summary>Clears the rows past the lengths.</summary>
    public static void ClearPadding(this Accelerator device, Rows target, RowSpace space, int width) => device.Launch(
        Text, "clear_padding", Grid.Over(space.Rows * width),
        target.Start, target.BatchStride, target.StepStride, space.Lengths, space.Rows, space.Steps, width);

    /// <summary>Adds the sum of all rows to <paramref name="total"/>, in extended precision: within tiles of rows, then over the tiles in order.</summary>
    /// <param name="device">Where.</param>
    /// <param name="total">Numbers in extended precision, one per column.</param>
    /// <param name="source">What is summed.</param>
    /// <param name="space">Which rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="mask">A float for each row: 0 leaves it out; 0: none is left out.</param>
    public static void AddRowSums(this Accelerator device, nint total, Rows source, RowSpace space, int width, nint mask = 0)
    {
        if (space.Rows == 0 || width == 0) return;
        var tiles = (space.Rows + TileRows - 1) / TileRows;
        var partials = Storage.Rent(device.Device, 2 * tiles * width);
        device.Launch(
            Text, "sum_rows", Grid.Over(tiles * width),
            partials, source.Start, source.BatchStride, source.StepStride, mask, space.Lengths, space.Rows, space.Steps, space.First, width, (long)TileRows);
        device.AddPartials(total, partials, tiles, width);
        partials.Return();
    }

    /// <summary>One row per batch of each signal, on the processor: (signal, batch, channel). Of a signal that is not there zeros. Waits for what is in the queue.</summary>
    /// <returns>Page-locked memory, the caller's.</returns>
    public static unsafe Storage ReadRows(this Accelerator device, int batches, int width, params ReadOnlySpan<Rows> signals)
    {
        var numbers = (long)signals.Length * batches * width;
        Storage packed = Storage.Rent(device.Device, numbers), read = Storage.RentStaging(device.Device, numbers);
        for (var k = 0; k < signals.Length; k++)
        {
            var target = packed.Address + (nint)((long)k * batches * width * sizeof(float));
            device.CopyRows(new(target, width, 0), signals[k], new(batches, 1), width);
        }
        read.CopyFrom(packed);
        packed.Return();
        return read;
    }

    static void Write(Accelerator device, Rows target, Rows source, RowSpace space, int width, bool add, int targetApart, int sourceApart) => device.Launch(
        Text, "write_rows", Grid.Over(space.Rows * width),
        target.Start, target.BatchStride, target.StepStride, IsBFloat16(target), source.Start, source.BatchStride, source.StepStride, IsBFloat16(source),
        space.Lengths, space.Rows, space.Steps, space.First, width, add ? 1 : 0, targetApart, sourceApart);

    static int IsBFloat16(Rows rows) => rows.Precision == Precision.BFloat16 ? 1 : 0;
}
