using Recurve.Contracts;

namespace Recurve.Kernels.Scan;

/// <summary>
/// A relay of a body with little arithmetic, which is bound by memory: nothing is computed ahead and nothing is composed.
/// Forward, whoever waits for the state before a tile meanwhile reads the tile into the second-level cache, and walks it from there as in one piece: one worker reads memory
/// while another writes it. Against the order more is written than read, so only the recurrence is walked in turn, and the adjoints of the streams follow beside the next tile.
/// </summary>
internal sealed unsafe partial class ScanJob<TBody, V>
{
    void RunLightTileForward(int index, int order, int used, int from, int to)
    {
        var scratch = Scratch.OfTask();
        var walk = Walk(index);
        var cursor = FrameCursor.Forward(scratch, TBody.Signature, launch, nonTemporalLanes);
        var carry = scratch.Take<float>(launch.Width);
        if (order > 0)
        {
            if (!chain.IsHandedOn(index, order)) walk.Fetch(from, to);
            TakeRow(index, order, carry);
        }
        else walk.TakeStart(carry);
        walk.Forward(cursor, from, to, carry);
        if (order + 1 < used) HandOnRow(index, order + 1, carry);
        else walk.LeaveEnd(carry);
    }

    void RunLightTileBackward(int index, int order, int used, int from, int to)
    {
        var (scratch, width) = (Scratch.OfTask(), launch.Width);
        var walk = Walk(index);
        var cursor = FrameCursor.Backward(scratch, TBody.Signature, launch, zeros, nonTemporalLanes);
        var partial = partials + ((long)index * chain.Tiles + order) * partialStride;
        var rowSums = new RowSums(cursor, TBody.Signature, launch, scratch, partial, 0, width);
        var adjoints = scratch.Take<float>((long)(to - from) * width);
        var carry = scratch.Take<float>(width);
        if (order > 0) TakeRow(index, order, carry);
        else walk.TakeEndAdjoint(carry);
        // with nobody to hand it to, the same numbers row by row
        walk.RecurBackward(cursor, ref rowSums, from, to, adjoints, carry, Initial(partial), withAdjoints: chain.IsAlone);
        if (order + 1 < used) HandOnRow(index, order + 1, carry);
        else walk.LeaveStartAdjoint(carry, Initial(partial));
        if (!chain.IsAlone) walk.Adjoints(cursor, ref rowSums, from, to, adjoints);
        rowSums.Flush();
    }

    void TakeRow(int index, int order, float* carry) => new Span<float>(chain.Await(index, order), launch.Width).CopyTo(new(carry, launch.Width));

    void HandOnRow(int index, int order, float* carry)
    {
        new Span<float>(carry, launch.Width).CopyTo(new(chain.Carry(index, order), launch.Width));
        chain.HandOn(index, order);
    }

    /// <summary>Rows of a step that a tile keeps in the cache.</summary>
    int LightRowsKept()
    {
        var rows = 0;
        foreach (var stream in launch.Streams) rows += stream.IsPerStep ? 1 : 0;
        if (!backward) return rows;
        foreach (var arrives in launch.OutputAdjoints) rows += arrives.IsPerStep ? 1 : 0;
        // what a tile keeps for its second pass: the streams, and c
        return rows + 1;
    }
}
