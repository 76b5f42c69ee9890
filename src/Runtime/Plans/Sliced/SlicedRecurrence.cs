using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Sliced;

namespace Recurve.Plans;

/// <summary>
/// A fused recurrence of which this rank holds a slice. Every rank summarises its tiles, all ranks receive all summaries (which do not grow with the
/// steps) and fold the carry through them in order, in double precision; then each runs its own tiles from their carries. Against the order the same
/// with what arrives at the last states. Where there are many ranks, summaries are scanned over them instead of gathered. Where a carry might hide an overflow, the ranks run one after the other instead.
/// </summary>
internal sealed unsafe class SlicedRecurrence : StageRun
{
    readonly RecurrentStage stage;
    readonly Run run;
    readonly RecurrentKernel kernel;
    readonly SliceKernel maps;
    readonly SliceOrder order;
    readonly int batches, width;
    readonly RecurrentLaunch forward;
    readonly StateRows[] states;
    readonly Storage zeros, starts;
    RecurrentLaunch? backward;
    Kernels.Window[] windows;

    public SlicedRecurrence(RecurrentStage stage, Run run, RecurrentKernel kernel, SliceKernel maps)
    {
        (this.stage, this.run, this.kernel, this.maps) = (stage, run, kernel, maps);
        var walk = run.WalkOf(Rate.PerStep);
        (order, batches, width) = (new(walk.Slices!, walk.Reverse), walk.Batches, stage.Width);
        forward = stage.ForwardOf(run);
        states = [.. forward.States];
        windows = order.Windows(batches, walk.Steps);
        zeros = Storage.Rent(width, clear: true);
        starts = Storage.Rent((long)windows.Length * RowFloats);
    }

    public override StageOutcome? Outcome => kernel.Outcome?.Invoke();

    // of all states and batches
    long RowFloats => (long)states.Length * batches * width;

    public override void Forward(in Window window)
    {
        Rows[] given = [.. states.Select(s => s.Start.IsNull ? new Rows(s.Initial != 0 ? s.Initial : zeros.Address, 0, 0) : s.Start)];
        if (Fold(forward, given, isBackward: false, starts)) ForEachTile(tile => RunForward(tile));
        else
        {
            windows = [run.WholeWindow];
            OneAfterTheOther(isBackward: false, given, starts, () => RunForward(0), [.. states.Select(s => s.End)]);
        }
    }

    public override void BeginBackward(int groups) => backward = stage.BackwardOf(run);

    public override void Backward(in Window window)
    {
        var (rows, leaving) = (Storage.Rent(windows.Length * RowFloats), Storage.Rent(RowFloats));
        Rows[] given = [.. backward!.States.Select(s => s.EndAdjoint.IsNull ? new Rows(zeros.Address, 0, 0) : s.EndAdjoint)];
        StateRows[] own = [.. backward.States];
        if (Fold(backward, given, isBackward: true, rows))
        {
            for (var tile = windows.Length - 1; tile >= 0; tile--) RunBackward(tile);
        }
        else
        {
            var whole = windows;
            windows = [run.WholeWindow];
            OneAfterTheOther(isBackward: true, given, rows, () => RunBackward(0), RowsOf(leaving, 0));
            windows = whole;
        }
        rows.Return();
        leaving.Return();

        void RunBackward(int tile)
        {
            var (arriving, left) = (RowsOf(rows, tile), RowsOf(leaving, 0));
            for (var k = 0; k < own.Length; k++)
            {
                backward.States[k] = own[k] with
                {
                    Start = StartOf(tile, k),
                    EndAdjoint = arriving[k],
                    StartAdjoint = order.IsFirst(tile) ? own[k].StartAdjoint : left[k],
                };
            }
            kernel.Backward(backward, windows[tile]);
        }
    }

    public override void EndBackward() { }

    public override void Release()
    {
        zeros.Return();
        starts.Return();
    }

    void RunForward(int tile)
    {
        for (var k = 0; k < states.Length; k++) forward.States[k] = states[k] with { Start = StartOf(tile, k) };
        kernel.Forward(forward, windows[tile]);
    }

    // the very first one starts from what was given, or from the initial state, whose gradient it then is
    Rows StartOf(int tile, int state) => order.IsFirst(tile) ? states[state].Start : RowsOf(starts, tile)[state];

    void ForEachTile(Action<int> body)
    {
        for (var tile = 0; tile < windows.Length; tile++) body(tile);
    }

    /// <summary>The carries before each own tile (behind it, against the order), as rows; false: they do not hold.</summary>
    bool Fold(RecurrentLaunch launch, Rows[] given, bool isBackward, Storage rows)
    {
        var (length, carried, tiles) = (maps.SummaryLength(width, batches, isBackward), maps.CarryLength(width, batches), windows.Length);
        var (mine, carries) = (Storage.Rent(2L * length * tiles), Storage.Rent(4L * carried));
        ForEachTile(tile =>
        {
            for (var k = 0; k < states.Length; k++) launch.States[k] = launch.States[k] with { Start = StartOf(tile, k) };
            maps.Summarise(launch, windows[tile], isBackward, (double*)mine.Pointer + (long)tile * length);
        });
        double* summary = (double*)mine.Pointer, carry = (double*)carries.Pointer, behind = carry + carried;
        maps.Take(width, given, batches, carry);
        var holds = order.Scans(sizeof(double) * (long)length)
            ? FoldScanned(launch, isBackward, rows, summary, length, carry, behind)
            : FoldGathered(launch, isBackward, rows, summary, length, carry, behind);
        mine.Return();
        carries.Return();
        return holds;
    }

    /// <summary>Every rank receives all summaries and folds the carry through them.</summary>
    bool FoldGathered(RecurrentLaunch launch, bool isBackward, Storage rows, double* mine, int length, double* carry, double* behind)
    {
        var tiles = windows.Length;
        var all = Storage.Rent(2L * length * tiles * order.Count);
        order.Gather((float*)mine, all, 2L * length * tiles);
        var (holds, last) = (true, order.Count * tiles - 1);
        for (var n = 0; n <= last; n++)
        {
            var (rank, tile) = order.Locate(n, tiles, isBackward);
            if (rank == order.Rank) maps.Give(width, carry, RowsOf(rows, tile), batches);
            if (n == last) break;
            holds &= maps.TryFold(launch, batches, isBackward, (double*)all.Pointer + ((long)rank * tiles + tile) * length, carry, behind);
            Swap(ref carry, ref behind);
        }
        all.Return();
        return holds;
    }

    /// <summary>
    /// An exclusive scan of the summaries under composition (Hillis and Steele 1986): in round r each rank sends what 2ʳ of them do. Whether the own steps keep the carry finite each rank
    /// sees for itself, and all agree.
    /// </summary>
    bool FoldScanned(RecurrentLaunch launch, bool isBackward, Storage rows, double* mine, int length, double* carry, double* behind)
    {
        var memory = Storage.Rent(2L * 4 * length);
        double* received = (double*)memory.Pointer, until = received + length, before = until + length, spare = before + length;
        Buffer.MemoryCopy(mine, until, sizeof(double) * (long)length, sizeof(double) * (long)length);
        var hasBefore = false;
        for (var places = 1; places < order.Count; places *= 2)
        {
            if (!order.Shift(places, isBackward, (float*)until, (float*)received, 2L * length)) continue;
            if (hasBefore) maps.Compose(width, batches, isBackward, received, before, spare);
            else Buffer.MemoryCopy(received, spare, sizeof(double) * (long)length, sizeof(double) * (long)length);
            Swap(ref before, ref spare);
            hasBefore = true;
            maps.Compose(width, batches, isBackward, received, until, received);
            Swap(ref until, ref received);
        }
        var holds = true;
        if (hasBefore)
        {
            holds = maps.TryFold(launch, batches, isBackward, before, carry, behind);
            Swap(ref carry, ref behind);
        }
        maps.Give(width, carry, RowsOf(rows, 0), batches);
        var isLast = order.Locate(order.Count - 1, tiles: 1, isBackward).Rank == order.Rank;
        if (!isLast) holds &= maps.TryFold(launch, batches, isBackward, mine, carry, behind);
        memory.Return();
        return order.All(holds);
    }

    static void Swap(ref double* one, ref double* other)
    {
        var kept = one;
        one = other;
        other = kept;
    }

    /// <summary>Each rank when the one before it is ready, from what that left.</summary>
    void OneAfterTheOther(bool isBackward, Rows[] given, Storage from, Action body, Rows[] left)
    {
        var (mine, all) = (Storage.Rent(RowFloats, clear: true), Storage.Rent(RowFloats * order.Count));
        Copy(given, RowsOf(from, 0));
        for (var n = 0; n < order.Count; n++)
        {
            var (rank, _) = order.Locate(n, tiles: 1, isBackward);
            if (rank == order.Rank)
            {
                body();
                Copy(left, RowsOf(mine, 0));
            }
            if (n == order.Count - 1) break;
            order.Gather(mine.Pointer, all, RowFloats);
            if (order.Locate(n + 1, tiles: 1, isBackward).Rank == order.Rank)
                new ReadOnlySpan<float>(all.Pointer + rank * RowFloats, (int)RowFloats).CopyTo(new(from.Pointer, (int)RowFloats));
        }
        mine.Return();
        all.Return();
    }

    void Copy(Rows[] source, Rows[] target)
    {
        for (var k = 0; k < states.Length; k++)
        {
            for (var b = 0; b < batches; b++) RowMath.Copy(target[k].At(b, 0), source[k].At(b, 0), width);
        }
    }

    Rows[] RowsOf(Storage storage, int tile)
        => [.. states.Select((_, k) => new Rows(storage.Pointer + tile * RowFloats + (long)k * batches * width, width, 0))];
}
