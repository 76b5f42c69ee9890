using Recurve.Contracts;

namespace Recurve.Kernels.Scan;

/// <summary>
/// Rows of fewer channels than a lane: tiles of time, the rows of a tile folded into one. Coefficients and outputs are computed over it in whole
/// lanes; the recurrence between them is that of <see cref="NarrowRecurrence{V}"/>. A sequence goes from tile to tile on one worker, or its tiles
/// in a relay.
/// </summary>
internal sealed unsafe partial class ScanJob<TBody, V>
{
    // rows of a tile; 0: rows are not folded
    int foldedRows;

    void RunFoldedUnit(int index)
    {
        var scratch = Scratch.OfTask();
        var tile = NewTile(scratch);
        var partial = partials + index * partialStride;
        var rowSums = Sums(tile, scratch, partial);
        var walk = Walk(index);
        var used = FoldedTiles(index);
        for (var order = 0; order < used; order++) RunFoldedTile(walk, tile, ref rowSums, index, order, used, partial);
        rowSums.Flush();
    }

    void RunFoldedTiles(int worker)
    {
        while (chain.TryTake(out var index, out var order))
        {
            var used = FoldedTiles(index);
            if (order >= used) continue;
            var scratch = Scratch.OfTask();
            var tile = NewTile(scratch);
            var partial = partials + ((long)index * chain.Tiles + order) * partialStride;
            var rowSums = Sums(tile, scratch, partial);
            RunFoldedTile(Walk(index), tile, ref rowSums, index, order, used, partial);
            rowSums.Flush();
        }
    }

    void RunFoldedTile(ScanWalk<TBody, V> walk, FoldedTile tile, ref RowSums rowSums, int index, int order, int used, double* partial)
    {
        var valid = window.Valid(launch.ValidSteps(window.FirstBatch + index));
        var from = window.FirstStep + (backward ? used - 1 - order : order) * foldedRows;
        var to = Math.Min(from + foldedRows, window.FirstStep + valid);
        StateTrail trail = default;
        if (from < to && backward) trail = walk.AdjointCoefficients(tile, from, to);
        else if (from < to) walk.Coefficients(tile, from, to);

        if (order > 0) TakeCarry(tile, index, order);
        else if (backward) walk.TakeEndAdjoint(tile);
        else walk.TakeStart(tile);
        if (from < to && backward) walk.RecurBackward(tile, from, to, Initial(partial));
        else if (from < to) walk.Recur(tile, from, to);
        if (order + 1 < used) HandOn(tile, index, order + 1);
        else if (backward) walk.LeaveStartAdjoint(tile, Initial(partial));
        else walk.LeaveEnd(tile);

        if (from < to && backward) walk.Adjoints(tile, ref rowSums, from, to, trail);
        else if (from < to) walk.Outputs(tile, from, to);
    }

    // without a relay the carry stays in the tile's memory
    void TakeCarry(FoldedTile tile, int index, int order)
    {
        if (split.IsTiled) new Span<double>(chain.Await(index, order), launch.Width).CopyTo(new(tile.Carry, launch.Width));
    }

    void HandOn(FoldedTile tile, int index, int order)
    {
        if (!split.IsTiled) return;
        new Span<double>(tile.Carry, launch.Width).CopyTo(new(chain.Carry(index, order), launch.Width));
        chain.HandOn(index, order);
    }

    // a sequence without a step still hands its start to its end
    int FoldedTiles(int index) => Math.Max(1, (window.Valid(launch.ValidSteps(window.FirstBatch + index)) + foldedRows - 1) / foldedRows);

    FoldedTile NewTile(Scratch scratch)
        => new(backward
            ? FrameCursor.Backward(scratch, TBody.Signature, launch, zeros, nonTemporalLanes: 0)
            : FrameCursor.Forward(scratch, TBody.Signature, launch, nonTemporalLanes: 0), scratch, launch.Width, foldedRows);

    RowSums Sums(FoldedTile tile, Scratch scratch, double* partial)
        => backward ? new(tile.Cursor, TBody.Signature, launch, scratch, partial, 0, launch.Width, foldedRows) : default;
}
