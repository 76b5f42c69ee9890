using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels;
using Recurve.Kernels.Sliced;

namespace Recurve.Plans;

/// <summary>Where the kernel of a recurrence runs whose carries the processor folds: what goes between the two is rows of states, packed by (state, batch, channel), and summaries.</summary>
internal abstract unsafe class SliceSide
{
    /// <summary>Rows of the kernel's memory on the processor, one per batch of each state; of a state without them zeros. The caller's.</summary>
    public abstract Storage Read(int batches, int width, Rows[] states);

    /// <summary>Packed rows of the processor where the kernel reads them; the caller owns the result in place of <paramref name="packed"/>.</summary>
    public abstract Storage Place(Storage packed);

    /// <summary>Memory that the kernel writes.</summary>
    public abstract Storage Rent(long floats);

    /// <inheritdoc cref="SliceKernel.Summarise"/>
    public abstract void Summarise(RecurrentLaunch launch, Kernels.Window window, bool isBackward, double* summary);
}

/// <summary>On the processor.</summary>
internal sealed unsafe class SliceOnProcessor(SliceKernel maps) : SliceSide
{
    public override Storage Read(int batches, int width, Rows[] states)
    {
        var read = Storage.Rent((long)states.Length * batches * width, clear: true);
        for (var k = 0; k < states.Length; k++)
        {
            for (var b = 0; b < batches && !states[k].IsNull; b++) RowMath.Copy(read.Pointer + ((long)k * batches + b) * width, states[k].At(b, 0), width);
        }
        return read;
    }

    public override Storage Place(Storage packed) => packed;

    public override Storage Rent(long floats) => Storage.Rent(floats);

    public override void Summarise(RecurrentLaunch launch, Kernels.Window window, bool isBackward, double* summary) => maps.Summarise(launch, window, isBackward, summary);
}

/// <summary>On a device, whose summaries are in extended precision with the same bounds.</summary>
/// <param name="device">Which.</param>
/// <param name="summarise">Its summary of a window, against the order or not: (batch, number, channel).</param>
/// <param name="maps">Of the class.</param>
internal sealed unsafe class SliceOnDevice(Accelerator device, Func<RecurrentLaunch, Kernels.Window, bool, Storage> summarise, SliceKernel maps) : SliceSide
{
    public override Storage Read(int batches, int width, Rows[] states) => device.ReadRows(batches, width, states);

    public override Storage Place(Storage packed)
    {
        var placed = Rent(packed.Length);
        placed.CopyFrom(packed);
        packed.Return();
        return placed;
    }

    public override Storage Rent(long floats) => Storage.Rent(device.Device, floats);

    public override void Summarise(RecurrentLaunch launch, Kernels.Window window, bool isBackward, double* summary)
    {
        var joined = summarise(launch, window, isBackward);
        var numbers = Storage.RentStaging(device.Device, joined.Length);
        device.ReadExtended(joined.Address, (double*)numbers.Pointer, joined.Length / 2);
        joined.Return();
        maps.TakeSummary(launch.Width, window.Batches, isBackward, (double*)numbers.Pointer, summary);
        numbers.Return();
    }
}
