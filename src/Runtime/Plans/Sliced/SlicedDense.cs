using Recurve.Kernels.Dense;

namespace Recurve.Plans;

/// <summary>One direction of a dense recurrence over a slice of its steps, wherever it runs. Rows are packed by (sequence, channel), on the processor.</summary>
internal abstract unsafe class DenseSlice
{
    /// <summary>Steps of a sequence.</summary>
    public abstract int Length(int sequence);

    /// <summary>Whether a reset hides what was carried to a sequence.</summary>
    public abstract bool IsCut(int sequence);

    /// <summary>What comes to the first slice.</summary>
    public abstract void ReadGiven(float* rows);

    /// <summary>Runs the slice from zero, of which only what is left matters.</summary>
    public abstract void RunFromZero(float* left);

    /// <summary>Runs the slice from what comes to it.</summary>
    /// <param name="carried">Rows.</param>
    /// <param name="left">Receives what is left; null: nobody asks.</param>
    public abstract void Run(float* carried, float* left);
}

/// <summary>
/// A dense recurrence of which this rank holds a slice. What its n steps make of a carry c is Aⁿ c and what they leave from zero; every rank knows A, so the
/// ranks send the latter alone and fold in double precision. Where a power is too large, or a number not finite, they run one after the other.
/// </summary>
internal sealed unsafe class SlicedDense(DensePowers powers, SliceOrder order, int sequences, int width)
{
    // n, whether a reset hides what was carried, and what is left from zero
    int Row => 2 + width;

    long Floats => (long)sequences * Row;

    /// <summary>Runs the slice from what comes to it.</summary>
    public void Run(DenseSlice slice, bool isBackward)
    {
        Storage mine = Storage.Rent(Floats), all = Storage.Rent(Floats * order.Count);
        Storage carried = Storage.Rent((long)sequences * width), left = Storage.Rent((long)sequences * width);
        slice.ReadGiven(carried.Pointer);
        slice.RunFromZero(left.Pointer);
        for (var n = 0; n < sequences; n++)
        {
            var row = mine.Pointer + (long)n * Row;
            (row[0], row[1]) = (BitConverter.Int32BitsToSingle(slice.Length(n)), slice.IsCut(n) ? 1 : 0);
        }
        Leave(left, mine);
        order.Gather(mine.Pointer, all, Floats);
        if (TryFold(all, carried, isBackward)) slice.Run(carried.Pointer, null);
        else OneAfterTheOther(slice, isBackward, carried, left, mine, all);
        foreach (var storage in new[] { mine, all, carried, left }) storage.Return();
    }

    /// <summary>From what comes to the first slice to what comes to this one; false: it does not hold, and is left.</summary>
    bool TryFold(Storage all, Storage carried, bool isBackward)
    {
        var (carry, own, holds) = (Storage.Rent(2L * sequences * width), Storage.Rent((long)sequences * width), true);
        var c = (double*)carry.Pointer;
        var count = (long)sequences * width;
        for (var i = 0L; i < count; i++) c[i] = carried.Pointer[i];
        for (var k = 0; k < order.Count; k++)
        {
            var (rank, _) = order.Locate(k, tiles: 1, isBackward);
            if (rank == order.Rank)
            {
                for (var i = 0L; i < count; i++) own.Pointer[i] = (float)c[i];
            }
            for (var n = 0; n < sequences && k < order.Count - 1; n++)
            {
                float* left = all.Pointer + ((long)rank * sequences + n) * Row;
                var row = c + (long)n * width;
                if (left[1] != 0) new Span<double>(row, width).Clear();
                else holds &= powers.TryApply(BitConverter.SingleToInt32Bits(left[0]), row, transposed: isBackward);
                for (var i = 0; i < width; i++) holds &= double.IsFinite(row[i] += left[2 + i]);
            }
        }
        if (holds) carried.CopyFrom(own);
        carry.Return();
        own.Return();
        return holds;
    }

    void OneAfterTheOther(DenseSlice slice, bool isBackward, Storage carried, Storage left, Storage mine, Storage all)
    {
        for (var k = 0; k < order.Count; k++)
        {
            var (rank, _) = order.Locate(k, tiles: 1, isBackward);
            if (rank == order.Rank)
            {
                for (var n = 0; n < sequences && k > 0; n++)
                {
                    var before = order.Locate(k - 1, tiles: 1, isBackward).Rank;
                    RowMath.Copy(carried.Pointer + (long)n * width, all.Pointer + ((long)before * sequences + n) * Row + 2, width);
                }
                slice.Run(carried.Pointer, left.Pointer);
                Leave(left, mine);
            }
            if (k < order.Count - 1) order.Gather(mine.Pointer, all, Floats);
        }
    }

    void Leave(Storage left, Storage mine)
    {
        for (var n = 0; n < sequences; n++) RowMath.Copy(mine.Pointer + (long)n * Row + 2, left.Pointer + (long)n * width, width);
    }
}
