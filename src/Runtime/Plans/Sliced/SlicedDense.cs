using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Dense;

namespace Recurve.Plans;

/// <summary>
/// A dense recurrence of which this rank holds a slice. What its n steps make of a carry c is Aⁿ c and what they leave from zero; every rank knows A, so the
/// ranks send the latter alone and fold in double precision. Where a power is too large, or a number not finite, they run one after the other.
/// </summary>
internal sealed unsafe class SlicedDense
{
    readonly DenseStage stage;
    readonly StateCells[] states;
    readonly DensePowers powers;
    readonly SliceOrder order;
    readonly int sequences;

    public SlicedDense(DenseStage stage, Run run, StateCells[] states, DensePowers powers)
    {
        (this.stage, this.states, this.powers) = (stage, states, powers);
        var walk = run.WalkOf(Rate.PerStep);
        (order, sequences) = (new(walk.Slices!, walk.Reverse), walk.Batches * stage.Layout.Vectors);
    }

    int Width => stage.Width;

    // n, whether a reset hides what was carried, and what is left from zero
    int Row => 2 + Width;

    /// <summary>Runs the slice from what comes to it.</summary>
    public void Run(DenseStateWalk walk, bool isBackward, Action<DenseWalk> scan)
    {
        Storage mine = Storage.Rent((long)sequences * Row), all = Storage.Rent((long)sequences * Row * order.Count);
        Leave(walk, scan, mine);
        order.Gather(mine.Pointer, all, (long)sequences * Row);
        if (TryFold(all, isBackward)) scan(walk);
        else OneAfterTheOther(walk, isBackward, scan, mine, all);
        mine.Return();
        all.Return();
    }

    void Leave(DenseStateWalk walk, Action<DenseWalk> scan, Storage mine)
    {
        scan(new Tap(walk, this, mine, fromZero: true));
        for (var n = 0; n < sequences; n++)
        {
            var row = mine.Pointer + (long)n * Row;
            (row[0], row[1]) = (BitConverter.Int32BitsToSingle(walk.Length(n)), walk.Length(n) > 0 && walk.IsCut(n, 0, walk.Length(n)) ? 1 : 0);
        }
    }

    bool TryFold(Storage all, bool isBackward)
    {
        var (carry, holds) = (Storage.Rent(2L * sequences * Width), true);
        var c = (double*)carry.Pointer;
        for (var n = 0; n < sequences; n++)
        {
            for (var i = 0; i < Width; i++) c[(long)n * Width + i] = GivenAt(n, i, isBackward);
        }
        for (var k = 0; k < order.Count; k++)
        {
            var (rank, _) = order.Locate(k, tiles: 1, isBackward);
            if (rank == order.Rank)
            {
                for (var n = 0; n < sequences; n++)
                {
                    for (var i = 0; i < Width; i++) SetCarried(n, i, isBackward, (float)c[(long)n * Width + i]);
                }
            }
            for (var n = 0; n < sequences && k < order.Count - 1; n++)
            {
                float* left = all.Pointer + ((long)rank * sequences + n) * Row;
                var row = c + (long)n * Width;
                if (left[1] != 0) new Span<double>(row, Width).Clear();
                else holds &= powers.TryApply(BitConverter.SingleToInt32Bits(left[0]), row, transposed: isBackward);
                for (var i = 0; i < Width; i++) holds &= double.IsFinite(row[i] += left[2 + i]);
            }
        }
        carry.Return();
        return holds;
    }

    void OneAfterTheOther(DenseStateWalk walk, bool isBackward, Action<DenseWalk> scan, Storage mine, Storage all)
    {
        for (var k = 0; k < order.Count; k++)
        {
            var (rank, _) = order.Locate(k, tiles: 1, isBackward);
            if (rank == order.Rank)
            {
                var before = k == 0 ? -1 : order.Locate(k - 1, tiles: 1, isBackward).Rank;
                for (var n = 0; n < sequences; n++)
                {
                    for (var i = 0; i < Width; i++)
                        SetCarried(n, i, isBackward, k == 0 ? GivenAt(n, i, isBackward) : all.Pointer[((long)before * sequences + n) * Row + 2 + i]);
                }
                scan(new Tap(walk, this, mine, fromZero: false));
            }
            if (k < order.Count - 1) order.Gather(mine.Pointer, all, (long)sequences * Row);
        }
    }

    float GivenAt(int sequence, int channel, bool isBackward)
    {
        var (batch, s, index) = Locate(sequence, channel);
        var row = isBackward ? states[s].GivenAdjoint(batch) : states[s].Given(batch);
        return row == null ? 0 : row[index];
    }

    void SetCarried(int sequence, int channel, bool isBackward, float value)
    {
        var (batch, s, index) = Locate(sequence, channel);
        var carried = states[s].Carried!;
        (isBackward ? carried.EndAdjoint : carried.Start).At(batch, 0)[index] = value;
    }

    (int Batch, int State, int Index) Locate(int sequence, int channel)
    {
        var s = Array.FindLastIndex(stage.Starts, start => start <= channel);
        return (sequence / stage.Layout.Vectors, s, stage.Layout.IndexOf(sequence % stage.Layout.Vectors, channel - stage.Starts[s]));
    }

    /// <summary>The walk with what it leaves copied; from zero it leaves that alone.</summary>
    sealed class Tap(DenseStateWalk walk, SlicedDense owner, Storage ends, bool fromZero) : DenseWalk(walk.Width, walk.Batches)
    {
        public override int Length(int batch) => walk.Length(batch);

        public override bool IsCut(int batch, int first, int end) => walk.IsCut(batch, first, end);

        public override void TakeStart(int batch, float* row)
        {
            if (fromZero) RowMath.Clear(row, Width);
            else walk.TakeStart(batch, row);
        }

        public override void LeaveEnd(int batch, float* row)
        {
            RowMath.Copy(ends.Pointer + (long)batch * owner.Row + 2, row, Width);
            if (!fromZero) walk.LeaveEnd(batch, row);
        }

        public override void Enter(int batch, int step, float* c, float* next, bool writes) => walk.Enter(batch, step, c, next, writes && !fromZero);

        public override void Leave(int batch, int step, float* next, bool writes) => walk.Leave(batch, step, next, writes && !fromZero);
    }
}
