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

    void ExecuteTiles(Scratch scratch) => chain.Run(scratch, window.Batches, split.Tiles(window.Steps), (int)(RoundedRow.Floats(launch.Width) + 1) / 2, foldedRows > 0 ? runFoldedTiles : runTiles);

    void RunTiles(int worker)
    {
        while (chain.TryTake(out var index, out var order))
        {
            var valid = window.Valid(launch.ValidSteps(window.FirstBatch + index));
            var used = Math.Max(1, split.Tiles(valid));
            if (order >= used) continue;
            var position = backward ? used - 1 - order : order;
            var from = window.FirstStep + position * split.TileSteps;
            var to = Math.Min(from + split.TileSteps, window.FirstStep + valid);
            if (split.ComputesAhead && backward) RunTileBackward(index, order, used, from, to);
            else if (split.ComputesAhead) RunTileForward(index, order, used, from, to);
            else if (backward) RunLightTileBackward(index, order, used, from, to);
            else RunLightTileForward(index, order, used, from, to);
        }
    }

    void RunTileForward(int index, int order, int used, int from, int to)
    {
        var (scratch, width) = (Scratch.OfTask(), launch.Width);
        var walk = Walk(index);
        var cursor = FrameCursor.Forward(scratch, TBody.Signature, launch, nonTemporalLanes);
        var factors = scratch.Take<float>((long)(to - from) * width);
        var states = scratch.Take<float>((long)(to - from + 1) * width);

        var carry = new RoundedRow(scratch.Take<float>(RoundedRow.Floats(width)), width);

        walk.Coefficients(cursor, from, to, factors, states + width);
        if (order > 0) Take(index, order, carry);
        else
        {
            walk.TakeStart(carry.Values);
            carry.Begin();
        }
        new Span<float>(carry.Values, width).CopyTo(new(states, width));
        walk.Recur(from, to, factors, states + width, carry);
        if (order + 1 < used) HandOn(index, order + 1, carry);
        else walk.LeaveEnd(carry.Values);
        walk.Outputs(cursor, from, to, states);
    }

    void RunTileBackward(int index, int order, int used, int from, int to)
    {
        var (scratch, width) = (Scratch.OfTask(), launch.Width);
        var walk = Walk(index);
        var cursor = FrameCursor.Backward(scratch, TBody.Signature, launch, zeros, nonTemporalLanes);
        var partial = partials + ((long)index * chain.Tiles + order) * partialStride;
        var rowSums = new RowSums(cursor, TBody.Signature, launch, scratch, partial, 0, width);
        var factors = scratch.Take<float>((long)(to - from) * width);
        var rests = scratch.Take<float>((long)(to - from) * width);
        var adjoints = scratch.Take<float>((long)(to - from) * width);
        var carry = new RoundedRow(scratch.Take<float>(RoundedRow.Floats(width)), width);

        walk.AdjointCoefficients(cursor, from, to, factors, rests, adjoints);
        if (order > 0) Take(index, order, carry);
        else
        {
            walk.TakeEndAdjoint(carry.Values);
            carry.Begin();
        }
        walk.RecurBackward(from, to, factors, rests, adjoints, carry, Initial(partial));
        if (order + 1 < used) HandOn(index, order + 1, carry);
        else walk.LeaveStartAdjoint(carry.Values, Initial(partial));
        walk.Adjoints(cursor, ref rowSums, from, to, adjoints);
        rowSums.Flush();
    }

    void Take(int index, int order, RoundedRow carry) => new RoundedRow((float*)chain.Await(index, order), launch.Width).CopyTo(carry);

    void HandOn(int index, int order, RoundedRow carry)
    {
        carry.CopyTo(new((float*)chain.Carry(index, order), launch.Width));
        chain.HandOn(index, order);
    }

    ScanWalk<TBody, V> Walk(int index) => new(launch, window, window.FirstBatch + index, 0, launch.Width, zeros, sequenceMode);
}
