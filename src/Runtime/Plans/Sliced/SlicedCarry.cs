using Recurve.Contracts;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>
/// What comes to a slice of a sequence for one state, where a slice leaves a row behind, or adds one to what comes to it. Rows are those of the stage, which may be a device's; what is folded is on the
/// processor.
/// </summary>
internal sealed unsafe class SlicedCarry
{
    readonly SliceOrder order;
    readonly int batches, width;
    readonly Storage start, endAdjoint;

    public SlicedCarry(Run run, int state)
    {
        var walk = run.WalkOf(Rate.PerStep);
        (order, batches, width) = (new(walk.Slices!, walk.Reverse), walk.Batches, run.StateOf(state).Width);
        Storage Rent() => Storage.Rent(run.Memory.Device, (long)batches * width);
        (start, endAdjoint) = (Rent(), Rent());
    }

    /// <summary>Whether the slice is the first in processing order.</summary>
    public bool IsFirst => order.Position == 0;

    /// <summary>The state before the slice, a row for each batch.</summary>
    public Rows Start => new(start.Address, width, 0);

    /// <summary>What arrives at the state behind it.</summary>
    public Rows EndAdjoint => new(endAdjoint.Address, width, 0);

    /// <param name="isBackward">Against the order, to <see cref="EndAdjoint"/>; else to <see cref="Start"/>.</param>
    /// <param name="carry">The rows that come to the first slice, by batch, on the processor; overwritten.</param>
    /// <param name="left">What this slice leaves, or adds, by batch, on the processor.</param>
    /// <param name="adds">By batch, whether it adds.</param>
    public void Fold(bool isBackward, Storage carry, Storage left, bool[] adds)
    {
        var row = 1 + width;
        var floats = (long)batches * row;
        Storage mine = Storage.Rent(floats), all = Storage.Rent(floats * order.Count);
        for (var b = 0; b < batches; b++)
        {
            var own = mine.Pointer + (long)b * row;
            own[0] = adds[b] ? 1 : 0;
            RowMath.Copy(own + 1, left.Pointer + (long)b * width, width);
        }
        order.Gather(mine.Pointer, all, floats);
        for (var n = 0; order.Locate(n, tiles: 1, isBackward).Rank is var rank && rank != order.Rank; n++)
        {
            for (var b = 0; b < batches; b++)
            {
                float* given = all.Pointer + rank * floats + (long)b * row, held = carry.Pointer + (long)b * width;
                if (given[0] == 0) RowMath.Copy(held, given + 1, width);
                else RowMath.Add(held, given + 1, width);
            }
        }
        (isBackward ? endAdjoint : start).CopyFrom(carry);
        mine.Return();
        all.Return();
    }
}
