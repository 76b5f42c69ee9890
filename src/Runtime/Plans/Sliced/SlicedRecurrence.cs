using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Sliced;

namespace Recurve.Plans;

/// <summary>
/// A fused recurrence of which this rank holds a slice. Every rank summarises its tiles, all ranks receive all summaries (which do not grow with the
/// steps) and fold the carry through them in order, in double precision; then each runs its own tiles from their carries. Against the order the same
/// with what arrives at the last states. Where there are many ranks, summaries are scanned over them instead of gathered. Where a carry might hide an overflow, the ranks run one after the other instead.
/// The kernel may run on a device; what is folded and sent is on the processor.
/// </summary>
internal sealed unsafe class SlicedRecurrence : StageRun
{
    readonly RecurrentStage stage;
    readonly Run run;
    readonly RecurrentKernel kernel;
    readonly SliceKernel maps;
    readonly SliceSide side;
    readonly SliceOrder order;
    readonly int batches, width;
    readonly RecurrentLaunch forward;
    readonly StateRows[] states;
    // where the kernel reads them: the states before each own tile
    Storage? starts;
    RecurrentLaunch? backward;
    Kernels.Window[] windows;

    public SlicedRecurrence(RecurrentStage stage, Run run, RecurrentKernel kernel, SliceKernel maps, SliceSide side)
    {
        (this.stage, this.run, this.kernel, this.maps, this.side) = (stage, run, kernel, maps, side);
        var walk = run.WalkOf(Rate.PerStep);
        (order, batches, width) = (new(walk.Slices!, walk.Reverse), walk.Batches, stage.Width);
        forward = stage.ForwardOf(run);
        states = [.. forward.States];
        windows = order.Windows(batches, walk.Steps);
    }

    public override StageOutcome? Outcome => kernel.Outcome?.Invoke();

    // of all states and batches
    long RowFloats => (long)states.Length * batches * width;

    public override void Forward(in Window window)
    {
        Rows[] given = [.. states.Select((s, k) => s.Start.IsNull ? InitialOf(k) : s.Start)];
        var carries = Storage.Rent(windows.Length * RowFloats);
        if (Fold(forward, given, isBackward: false, carries)) ForEachTile(RunForward);
        else
        {
            windows = [run.WholeWindow];
            OneAfterTheOther(isBackward: false, given, carries, () => RunForward(0), [.. states.Select(s => s.End)]);
        }

        void RunForward(int tile)
        {
            starts ??= side.Place(carries);
            for (var k = 0; k < states.Length; k++) forward.States[k] = states[k] with { Start = StartOf(tile, k) };
            kernel.Forward(forward, windows[tile]);
        }
    }

    public override void BeginBackward(int groups) => backward = stage.BackwardOf(run);

    public override void Backward(in Window window)
    {
        Storage carries = Storage.Rent(windows.Length * RowFloats), leaving = side.Rent(RowFloats);
        Storage? arriving = null;
        StateRows[] own = [.. backward!.States];
        Rows[] given = [.. own.Select(s => s.EndAdjoint)];
        if (Fold(backward, given, isBackward: true, carries))
        {
            for (var tile = windows.Length - 1; tile >= 0; tile--) RunBackward(tile);
        }
        else
        {
            var whole = windows;
            windows = [run.WholeWindow];
            OneAfterTheOther(isBackward: true, given, carries, () => RunBackward(0), RowsOf(leaving, 0));
            windows = whole;
        }
        arriving!.Return();
        leaving.Return();

        void RunBackward(int tile)
        {
            arriving ??= side.Place(carries);
            var (ends, left) = (RowsOf(arriving, tile), RowsOf(leaving, 0));
            for (var k = 0; k < own.Length; k++)
            {
                backward.States[k] = own[k] with
                {
                    Start = StartOf(tile, k),
                    EndAdjoint = ends[k],
                    StartAdjoint = order.IsFirst(tile) ? own[k].StartAdjoint : left[k],
                };
            }
            kernel.Backward(backward, windows[tile]);
        }
    }

    public override void EndBackward() { }

    public override void Release() => starts?.Return();

    // the very first one starts from what was given, or from the initial state, whose gradient it then is
    Rows StartOf(int tile, int state) => order.IsFirst(tile) ? states[state].Start : RowsOf(starts!, tile)[state];

    // one row for all batches; none: zeros
    Rows InitialOf(int state) => new(states[state].Initial, 0, 0);

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
            // the maps of steps in order do not ask where these start
            for (var k = 0; k < states.Length && isBackward; k++) launch.States[k] = launch.States[k] with { Start = StartOf(tile, k) };
            side.Summarise(launch, windows[tile], isBackward, (double*)mine.Pointer + (long)tile * length);
        });
        double* summary = (double*)mine.Pointer, carry = (double*)carries.Pointer, behind = carry + carried;
        // what comes to the first slice, and what a reset starts from: the initial state, or no adjoint
        Storage first = side.Read(batches, width, given), resets = side.Read(1, width, [.. states.Select((_, k) => isBackward ? default : InitialOf(k))]);
        maps.Take(width, RowsOf(first, 0), batches, carry);
        Rows[] initial = [.. states.Select((_, k) => new Rows(resets.Address + k * width * sizeof(float), 0, 0))];
        var holds = order.Scans(sizeof(double) * (long)length)
            ? FoldScanned(initial, isBackward, rows, summary, length, carry, behind)
            : FoldGathered(initial, isBackward, rows, summary, length, carry, behind);
        foreach (var storage in new[] { mine, carries, first, resets }) storage.Return();
        return holds;
    }

    /// <summary>Every rank receives all summaries and folds the carry through them.</summary>
    bool FoldGathered(Rows[] initial, bool isBackward, Storage rows, double* mine, int length, double* carry, double* behind)
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
            holds &= maps.TryFold(width, initial, batches, isBackward, (double*)all.Pointer + ((long)rank * tiles + tile) * length, carry, behind);
            Swap(ref carry, ref behind);
        }
        all.Return();
        return holds;
    }

    /// <summary>
    /// An exclusive scan of the summaries under composition (Hillis and Steele 1986): in round r each rank sends what 2ʳ of them do. Whether the own steps keep the carry finite each rank
    /// sees for itself, and all agree.
    /// </summary>
    bool FoldScanned(Rows[] initial, bool isBackward, Storage rows, double* mine, int length, double* carry, double* behind)
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
            holds = maps.TryFold(width, initial, batches, isBackward, before, carry, behind);
            Swap(ref carry, ref behind);
        }
        maps.Give(width, carry, RowsOf(rows, 0), batches);
        var isLast = order.Locate(order.Count - 1, tiles: 1, isBackward).Rank == order.Rank;
        if (!isLast) holds &= maps.TryFold(width, initial, batches, isBackward, mine, carry, behind);
        memory.Return();
        return order.All(holds);
    }

    static void Swap(ref double* one, ref double* other)
    {
        var kept = one;
        one = other;
        other = kept;
    }

    /// <summary>Each rank when the one before it is ready, from what that left, which is in <paramref name="from"/> when <paramref name="body"/> runs.</summary>
    void OneAfterTheOther(bool isBackward, Rows[] given, Storage from, Action body, Rows[] left)
    {
        Storage mine = side.Read(batches, width, given), all = Storage.Rent(RowFloats * order.Count);
        Span<float> Own() => new(from.Pointer, checked((int)RowFloats));
        if (order.Locate(0, tiles: 1, isBackward).Rank == order.Rank) new ReadOnlySpan<float>(mine.Pointer, checked((int)RowFloats)).CopyTo(Own());
        for (var n = 0; n < order.Count; n++)
        {
            var (rank, _) = order.Locate(n, tiles: 1, isBackward);
            if (rank == order.Rank)
            {
                body();
                mine.Return();
                mine = side.Read(batches, width, left);
            }
            if (n == order.Count - 1) break;
            order.Gather(mine.Pointer, all, RowFloats);
            if (order.Locate(n + 1, tiles: 1, isBackward).Rank == order.Rank)
                new ReadOnlySpan<float>(all.Pointer + rank * RowFloats, checked((int)RowFloats)).CopyTo(Own());
        }
        mine.Return();
        all.Return();
    }

    Rows[] RowsOf(Storage storage, int tile)
        => [.. states.Select((_, k) => new Rows(storage.Address + (nint)((tile * RowFloats + (long)k * batches * width) * sizeof(float)), width, 0))];
}
