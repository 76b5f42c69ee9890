using Recurve.Contracts;

namespace Recurve.Kernels.Scan;

/// <summary>
/// Few channels and a long time: tiles of time in a relay. What does not depend on the state is computed first, into the second-level cache,
/// by all workers at once; then the recurrence itself, s = a p + b and nothing else, tile after tile; then, again at once, what
/// depends on the state. Every state is the serial loop's.
/// </summary>
internal sealed unsafe partial class ScanJob<TBody, V>
{
    readonly TileChain chain = new();

    void ExecuteTiles(Scratch scratch)
    {
        var run = foldedRows > 0 ? runFoldedTiles : split.ComputesAhead ? runTiles : runLightTiles;
        chain.Run(scratch, window.Batches, split.Tiles(window.Steps), (int)(RoundedRow.Floats(launch.Width) + 1) / 2, run);
    }

    void RunTiles(int worker)
    {
        while (TryTake(out var tile))
        {
            if (backward) RunTileBackward(tile);
            else RunTileForward(tile);
        }
    }

    // the next tile that its sequence is long enough for
    bool TryTake(out Tile tile)
    {
        while (chain.TryTake(out var index, out var order))
        {
            var valid = window.Valid(launch.ValidSteps(window.FirstBatch + index));
            var used = Math.Max(1, split.Tiles(valid));
            var from = window.FirstStep + (backward ? used - 1 - order : order) * split.TileSteps;
            tile = new(index, order, from, Math.Min(from + split.TileSteps, window.FirstStep + valid), order + 1 == used);
            if (order < used) return true;
        }
        tile = default;
        return false;
    }

    /// <summary>Steps [From, To) of a sequence.</summary>
    readonly record struct Tile(int Index, int Order, int From, int To, bool IsLast)
    {
        public bool IsFirst => Order == 0;

        public int Steps => To - From;
    }

    double* Partial(Tile tile) => partials + ((long)tile.Index * chain.Tiles + tile.Order) * partialStride;

    void RunTileForward(Tile tile)
    {
        var (scratch, width) = (Scratch.OfTask(), launch.Width);
        var walk = Walk(tile.Index);
        var cursor = FrameCursor.Forward(scratch, TBody.Signature, launch, nonTemporalLanes);
        var factors = scratch.Take<float>((long)tile.Steps * width);
        var states = scratch.Take<float>((long)(tile.Steps + 1) * width);

        var carry = new RoundedRow(scratch.Take<float>(RoundedRow.Floats(width)), width);

        walk.Coefficients(cursor, tile.From, tile.To, factors, states + width);
        if (!tile.IsFirst) Take(tile, carry);
        else
        {
            walk.TakeStart(carry.Values);
            carry.Begin();
        }
        new Span<float>(carry.Values, width).CopyTo(new(states, width));
        walk.Recur(tile.From, tile.To, factors, states + width, carry);
        if (!tile.IsLast) HandOn(tile, carry);
        else walk.LeaveEnd(carry.Values);
        walk.Outputs(cursor, tile.From, tile.To, states);
    }

    void RunTileBackward(Tile tile)
    {
        var (scratch, width) = (Scratch.OfTask(), launch.Width);
        var walk = Walk(tile.Index);
        var cursor = FrameCursor.Backward(scratch, TBody.Signature, launch, zeros, nonTemporalLanes);
        var partial = Partial(tile);
        var rowSums = new RowSums(cursor, TBody.Signature, launch, scratch, partial, 0, width);
        var factors = scratch.Take<float>((long)tile.Steps * width);
        var rests = scratch.Take<float>((long)tile.Steps * width);
        var adjoints = scratch.Take<float>((long)tile.Steps * width);
        var carry = new RoundedRow(scratch.Take<float>(RoundedRow.Floats(width)), width);

        walk.AdjointCoefficients(cursor, tile.From, tile.To, factors, rests, adjoints);
        if (!tile.IsFirst) Take(tile, carry);
        else
        {
            walk.TakeEndAdjoint(carry.Values);
            carry.Begin();
        }
        walk.RecurBackward(tile.From, tile.To, factors, rests, adjoints, carry, Initial(partial));
        if (!tile.IsLast) HandOn(tile, carry);
        else walk.LeaveStartAdjoint(carry.Values, Initial(partial));
        walk.Adjoints(cursor, ref rowSums, tile.From, tile.To, adjoints);
        rowSums.Flush();
    }

    void Take(Tile tile, RoundedRow carry) => new RoundedRow((float*)chain.Await(tile.Index, tile.Order), launch.Width).CopyTo(carry);

    void HandOn(Tile tile, RoundedRow carry)
    {
        carry.CopyTo(new((float*)chain.Carry(tile.Index, tile.Order + 1), launch.Width));
        chain.HandOn(tile.Index, tile.Order + 1);
    }

    ScanWalk<TBody, V> Walk(int index) => new(launch, window, window.FirstBatch + index, 0, launch.Width, zeros, sequenceMode);
}
