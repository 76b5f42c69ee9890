using Recurve.Contracts;

namespace Recurve.Kernels.Scan;

/// <summary>
/// A relay of a body with little arithmetic, which is bound by memory: nothing is computed ahead and nothing is composed (decision 12).
/// Forward, whoever waits for the state before a tile meanwhile reads the tile into the second-level cache, and walks it from there as in one piece: one worker reads memory
/// while another writes it. Against the order more is written than read, so only the recurrence is walked in turn; the same walk with the adjoints of the streams follows beside the next tile.
/// </summary>
internal sealed unsafe partial class ScanJob<TBody, V>
{
    void RunLightTiles(int worker)
    {
        var (scratch, width) = (Scratch.OfTask(), launch.Width);
        var carry = scratch.Take<float>(width);
        if (!backward)
        {
            var streams = CursorForward(scratch);
            while (TryTake(out var tile)) RunLightTileForward(tile, streams, carry);
            return;
        }
        var cursor = CursorBackward(scratch);
        var recurrence = LookAhead(cursor, scratch, TBody.Signature.RecurrenceReads);
        var rowSums = new RowSums(cursor, TBody.Signature, launch, scratch, partial: null, 0, width);
        var ahead = scratch.Take<float>(width);
        while (TryTake(out var tile)) RunLightTileBackward(tile, cursor, recurrence, ref rowSums, carry, ahead);
    }

    void RunLightTileForward(Tile tile, FrameCursor cursor, float* carry)
    {
        var walk = Walk(tile.Index);
        if (tile.IsFirst) walk.TakeStart(carry);
        else
        {
            if (!chain.IsHandedOn(tile.Index, tile.Order)) walk.Fetch(tile.From, tile.To);
            TakeRow(tile, carry);
        }
        walk.Forward(cursor, tile.From, tile.To, carry);
        if (tile.IsLast) walk.LeaveEnd(carry);
        else HandOnRow(tile, carry);
    }

    void RunLightTileBackward(Tile tile, FrameCursor cursor, FrameCursor recurrence, ref RowSums rowSums, float* carry, float* ahead)
    {
        var walk = Walk(tile.Index);
        var initialAdjoint = Initial(Partial(tile));
        rowSums.MoveTo(Partial(tile));
        if (tile.IsFirst) walk.TakeEndAdjoint(carry);
        else TakeRow(tile, carry);
        // nobody waits for a worker alone
        var isAwaited = !tile.IsLast && !chain.IsAlone;
        if (isAwaited)
        {
            CopyRow(carry, ahead);
            walk.RecurBackward(recurrence, tile.From, tile.To, ahead);
            HandOnRow(tile, ahead);
        }
        walk.ReplayBackward(cursor, ref rowSums, tile.From, tile.To, carry, initialAdjoint);
        if (tile.IsLast) walk.LeaveStartAdjoint(carry, initialAdjoint);
        else if (!isAwaited) HandOnRow(tile, carry);
        rowSums.Flush();
    }

    void TakeRow(Tile tile, float* carry) => CopyRow((float*)chain.Await(tile.Index, tile.Order), carry);

    void HandOnRow(Tile tile, float* carry)
    {
        CopyRow(carry, (float*)chain.Carry(tile.Index, tile.Order + 1));
        chain.HandOn(tile.Index, tile.Order + 1);
    }

    void CopyRow(float* source, float* target) => new Span<float>(source, launch.Width).CopyTo(new(target, launch.Width));

    /// <summary>Rows of a step that a tile keeps in the cache: what it reads twice, or reads while it waits.</summary>
    int LightRowsKept()
    {
        var rows = 0;
        var reads = backward ? TBody.Signature.RecurrenceReads : null;
        for (var i = 0; i < launch.Streams.Length; i++) rows += launch.Streams[i].IsPerStep && (reads == null || reads[i]) ? 1 : 0;
        if (!backward) return rows;
        foreach (var arrives in launch.OutputAdjoints) rows += arrives.IsPerStep ? 1 : 0;
        return rows + (launch.States[0].SequenceAdjoint.IsNull ? 0 : 1);
    }
}
