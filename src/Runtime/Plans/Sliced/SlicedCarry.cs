using Recurve.Contracts;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>What comes to a slice of a sequence for one state, where a slice leaves a row behind, or adds one to what comes to it.</summary>
internal sealed unsafe class SlicedCarry
{
    readonly SliceOrder order;
    readonly int batches, width;
    readonly Storage start, endAdjoint;

    public SlicedCarry(Run run, int state)
    {
        var walk = run.WalkOf(Rate.PerStep);
        (order, batches, width) = (new(walk.Slices!, walk.Reverse), walk.Batches, run.StateOf(state).Width);
        (start, endAdjoint) = (Storage.Rent((long)batches * width), Storage.Rent((long)batches * width));
    }

    /// <summary>Whether the slice is the first in processing order.</summary>
    public bool IsFirst => order.Position == 0;

    /// <summary>The state before the slice, a row for each batch.</summary>
    public Rows Start => new(start.Pointer, width, 0);

    /// <summary>What arrives at the state behind it.</summary>
    public Rows EndAdjoint => new(endAdjoint.Pointer, width, 0);

    /// <param name="isBackward">Against the order, to <see cref="EndAdjoint"/>; else to <see cref="Start"/>.</param>
    /// <param name="given">The row that comes to the first slice, by batch.</param>
    /// <param name="leave">Writes what this slice leaves, or adds, to a row of zeros; whether it adds.</param>
    public void Fold(bool isBackward, Func<int, nint> given, Func<int, nint, bool> leave)
    {
        var (row, target) = (1 + width, isBackward ? endAdjoint : start);
        long floats = (long)batches * row;
        Storage mine = Storage.Rent(floats, clear: true), all = Storage.Rent(floats * order.Count), carry = Storage.Rent((long)batches * width);
        for (var b = 0; b < batches; b++)
        {
            RowMath.Copy(carry.Pointer + (long)b * width, (float*)given(b), width);
            mine.Pointer[(long)b * row] = leave(b, (nint)(mine.Pointer + (long)b * row + 1)) ? 1 : 0;
        }
        order.Gather(mine.Pointer, all, floats);
        for (var n = 0; n < order.Count; n++)
        {
            var (rank, _) = order.Locate(n, tiles: 1, isBackward);
            if (rank == order.Rank)
            {
                new ReadOnlySpan<float>(carry.Pointer, batches * width).CopyTo(new(target.Pointer, batches * width));
                break;
            }
            for (var b = 0; b < batches; b++)
            {
                float* left = all.Pointer + rank * floats + (long)b * row, held = carry.Pointer + (long)b * width;
                if (left[0] == 0) RowMath.Copy(held, left + 1, width);
                else RowMath.Add(held, left + 1, width);
            }
        }
        mine.Return();
        all.Return();
        carry.Return();
    }
}
