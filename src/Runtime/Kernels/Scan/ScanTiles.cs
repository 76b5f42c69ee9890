using Recurve.Contracts;

namespace Recurve.Kernels.Scan;

/// <summary>
/// Few channels and a long time: tiles of time, chained by their carries. A tile is first summarised (which brings it into the cache), then
/// the carry is folded through the summary, in double precision and in tile order, and handed to the next tile, then the tile is replayed
/// with its own carry.
/// </summary>
internal sealed unsafe partial class ScanJob<TBody, V>
{
    readonly TileChain chain = new();

    void ExecuteTiles(Scratch scratch) => chain.Run(scratch, window.Batches, split.Tiles(window.Steps), launch.Width, runTiles);

    void RunTiles(int worker)
    {
        while (chain.TryTake(out var index, out var order))
        {
            var batch = window.FirstBatch + index;
            var valid = window.Valid(launch.ValidSteps(batch));
            var used = Math.Max(1, split.Tiles(valid));
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

        var index = batch - window.FirstBatch;
        var before = chain.Carry(index, order);
        if (order > 0)
        {
            chain.Await(index, order);
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
        if (isHanded && !isLast) chain.HandOn(index, order + 1);

        if (backward)
        {
            var partial = partials + ((long)index * chain.Tiles + order) * partialStride;
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
        chain.HandOn(index, order + 1);
    }
}
