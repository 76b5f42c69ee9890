using Recurve.Contracts;

namespace Recurve.Kernels.Scan;

/// <summary>
/// Few channels and a long time: tiles of time, chained by their carries. A tile is first summarised (which brings it into the cache), then
/// the carry is folded through the summary, in double precision and in tile order, and handed to the next tile, then the tile is replayed
/// with its own carry. Workers take tiles in order, so a tile that is waited for is always being worked on.
/// </summary>
internal sealed unsafe partial class ScanJob<TBody, V>
{
    int tiles, taken;
    double* carries;
    int* handed;

    void ExecuteTiles(Scratch scratch)
    {
        tiles = split.Tiles(window.Steps);
        taken = 0;
        carries = scratch.Take<double>((long)window.Batches * tiles * launch.Width);
        handed = scratch.TakeZeroed<int>((long)window.Batches * tiles);
        var workers = Math.Min(Workers.Count, window.Batches * tiles);
        if (workers == 1) RunTiles(0);
        else Workers.For(workers, runTiles);
    }

    void RunTiles(int worker)
    {
        for (int tile; (tile = Interlocked.Increment(ref taken) - 1) < window.Batches * tiles;)
        {
            var batch = window.FirstBatch + tile / tiles;
            var valid = window.Valid(launch.ValidSteps(batch));
            var used = Math.Max(1, split.Tiles(valid));
            var order = tile % tiles;
            if (order < used) RunTile(batch, order, used, valid);
        }
    }

    /// <summary>Tile <paramref name="order"/> of <paramref name="used"/> in the order of the walk.</summary>
    void RunTile(int batch, int order, int used, int valid)
    {
        var scratch = Scratch.OfTask();
        var position = backward ? used - 1 - order : order;
        var from = window.FirstStep + position * split.TileSteps;
        var to = Math.Min(from + split.TileSteps, window.FirstStep + valid);
        var carry = scratch.Take<float>(launch.Width);
        var walk = new ScanWalk<TBody, V>(launch, window, batch, 0, launch.Width, zeros, sequenceMode);
        var cursor = backward
            ? FrameCursor.Backward(scratch, TBody.Signature, launch, zeros, nonTemporalLanes)
            : FrameCursor.Forward(scratch, TBody.Signature, launch, nonTemporalLanes);

        var isLast = order == used - 1;
        var summary = new ScanSummary(scratch, launch.Width);
        if (!isLast)
        {
            if (backward) walk.SummariseBackward(scratch, cursor, from, to, ref summary);
            else walk.SummariseForward(scratch, cursor, from, to, ref summary);
        }

        var index = (long)(batch - window.FirstBatch) * tiles + order;
        var before = carries + index * launch.Width;
        if (order > 0)
        {
            AwaitCarry(index);
            for (var c = 0; c < launch.Width; c++) carry[c] = (float)before[c];
        }
        else
        {
            if (backward) walk.TakeEndAdjoint(carry);
            else walk.TakeStart(carry);
            for (var c = 0; c < launch.Width; c++) before[c] = carry[c];
        }

        var behind = before + launch.Width;
        var isHanded = isLast || summary.TryFold(before, behind);
        if (isHanded && !isLast) HandOn(index);

        if (backward)
        {
            var partial = partials + index * partialStride;
            var rowSums = new RowSums(cursor, TBody.Signature, launch, scratch, partial, 0, launch.Width);
            walk.Backward(cursor, ref rowSums, from, to, carry, Initial(partial));
            rowSums.Flush();
            if (isLast) walk.LeaveStartAdjoint(carry, Initial(partial));
        }
        else
        {
            walk.Forward(cursor, from, to, carry);
            if (isLast) walk.LeaveEnd(carry);
        }

        if (isHanded) return;
        for (var c = 0; c < launch.Width; c++)
            if (double.IsNaN(behind[c])) behind[c] = carry[c];
        HandOn(index);
    }

    void HandOn(long index) => Volatile.Write(ref handed[index + 1], 1);

    void AwaitCarry(long index)
    {
        var wait = new SpinWait();
        while (Volatile.Read(ref handed[index]) == 0) wait.SpinOnce(sleep1Threshold: -1);
    }
}
