using Recurve.Devices.Skeletons;
using Recurve.Kernels;

namespace Recurve.Devices;

/// <summary>A part of a row space, in which it is a space of its own.</summary>
/// <param name="Space">Its rows, from step 0 on.</param>
/// <param name="Batch">Where it starts in the whole.</param>
/// <param name="Step">Likewise.</param>
internal readonly record struct RowSlice(RowSpace Space, long Batch, long Step)
{
    static readonly DeviceProgram Text = DeviceProgram.Of("Numbers.cl", "RowMath.cl");

    /// <summary>Some sequences, or steps of one: at most <paramref name="rows"/> rows each, but at least one.</summary>
    /// <param name="device">Where.</param>
    /// <param name="scratch">Holds lengths that count from a later step.</param>
    /// <param name="space">The whole.</param>
    /// <param name="rows">Of a slice.</param>
    public static IEnumerable<RowSlice> Of(Accelerator device, DeviceScratch scratch, RowSpace space, long rows)
    {
        var steps = Math.Clamp(rows, 1, space.Steps);
        var batches = Math.Clamp(rows / space.Steps, 1, space.Batches);
        for (long batch = 0; batch < space.Batches; batch += batches)
        {
            for (long step = 0; step < space.Steps; step += steps)
            {
                var (count, first) = (Math.Min(batches, space.Batches - batch), space.First + step);
                nint lengths = space.Lengths == 0 ? 0 : space.Lengths + (nint)(batch * sizeof(int));
                if (lengths != 0 && first > 0)
                {
                    var later = scratch.Take(count * sizeof(int));
                    device.Launch(Text, "later_lengths", Grid.Over(count), later, lengths, first, count);
                    lengths = later;
                }
                yield return new(new(count, Math.Min(steps, space.Steps - step), 0, lengths), batch, first);
            }
        }
    }

    /// <summary>The same rows, counted from the slice's first.</summary>
    public Rows Of(Rows whole) => whole with { Start = whole.Start + (nint)((Batch * whole.BatchStride + Step * whole.StepStride) * whole.Precision.Bytes) };

    /// <summary>Memory as the slice's rows.</summary>
    public Rows Of(nint start, int width) => new(start, Space.Steps * width, width);
}
