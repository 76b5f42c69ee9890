using Recurve.Contracts;

namespace Recurve.Kernels.Scan;

// The parts of a tile in a relay. A tile's numbers lie row by row, in the order of the walk, Width channels to a row.
internal readonly unsafe ref partial struct ScanWalk<TBody, V>
{
    // as many rows are on their way from memory
    const int RowsAhead = 8;

    /// <summary>Reads the streams of steps [from, to) into the cache.</summary>
    public void Fetch(int from, int to)
    {
        if (from >= to) return;
        var first = Math.Min(launch.Row(batch, from), launch.Row(batch, to - 1));
        foreach (var rows in launch.Streams)
        {
            if (!rows.IsPerStep) continue;
            for (var row = first; row < first + to - from; row++) Traffic.Fetch(rows.At(batch, row), end);
        }
    }

    /// <summary>a and b of steps [from, to).</summary>
    public void Coefficients(FrameCursor cursor, int from, int to, float* factors, float* rests)
    {
        if (from >= to) return;
        cursor.MoveTo(batch, launch.Row(batch, from), direction);
        for (var step = from; step < to; step++, factors += end, rests += end)
        {
            ScanRows<TBody, V>.Coefficients(cursor.Table, factors, rests, end);
            cursor.Advance();
        }
    }

    /// <summary>s = a p + b.</summary>
    /// <param name="from">First step.</param>
    /// <param name="to">Step after the last.</param>
    /// <param name="factors">a.</param>
    /// <param name="states">b; receives s.</param>
    /// <param name="carry">The state before the first step; receives that after the last.</param>
    public void Recur(int from, int to, float* factors, float* states, RoundedRow carry)
    {
        for (var step = from; step < to;)
        {
            if (launch.IsReset(batch, launch.Row(batch, step))) carry.Begin(initial);
            var steps = UntilReset(step + 1, to, 1) - step;
            Recurrence<V>.Forward(carry, factors, states, steps, end);
            step += steps;
            factors += (long)steps * end;
            states += (long)steps * end;
        }
    }

    /// <summary>Outputs and sequence of steps [from, to) from the state before and the new states.</summary>
    public void Outputs(FrameCursor cursor, int from, int to, float* states)
    {
        if (from >= to || TBody.Signature.Outputs == 0 && sequenceMode == StoreMode.Discard) return;
        var row = launch.Row(batch, from);
        cursor.MoveTo(batch, row, direction);
        for (var step = from; step < to; step++, row += direction, states += end)
        {
            var old = launch.IsReset(batch, row) ? initial : states;
            ScanRows<TBody, V>.Outputs(cursor.Table, old, states + end, state.Sequence.At(batch, row), sequenceMode, end);
            cursor.Advance();
        }
    }

    /// <summary>a and r of steps [from, to) against the order, and what arrives at their states as a sequence.</summary>
    public void AdjointCoefficients(FrameCursor cursor, int from, int to, float* factors, float* rests, float* arrivals)
    {
        if (from >= to) return;
        var row = launch.Row(batch, to - 1);
        cursor.MoveTo(batch, row, -direction);
        var trail = Trail(row);
        for (var step = to - 1; step >= from; step--, row -= direction, factors += end, rests += end, arrivals += end)
        {
            var old = Old(step, launch.IsReset(batch, row), trail);
            ScanRows<TBody, V>.AdjointCoefficients(cursor.Table, old, trail.Next, trail.Arrives, factors, rests, arrivals, end);
            cursor.Advance();
            trail.Retreat();
        }
    }

    /// <summary>δ = a c + r against the order, with c what comes from the step after and what arrives; <paramref name="adjoints"/> hold that and receive c.</summary>
    /// <param name="from">First step.</param>
    /// <param name="to">Step after the last.</param>
    /// <param name="factors">a.</param>
    /// <param name="rests">r.</param>
    /// <param name="adjoints">What arrives as a sequence; receives c.</param>
    /// <param name="carry">δ of the step after; receives that of the first.</param>
    /// <param name="initialAdjoint">Receives what resets send to the initial state; null: not wanted.</param>
    public void RecurBackward(int from, int to, float* factors, float* rests, float* adjoints, RoundedRow carry, double* initialAdjoint)
    {
        for (var step = to - 1; step >= from;)
        {
            var last = UntilReset(step, from, -1);
            var steps = step - last + 1;
            Recurrence<V>.Backward(carry, factors, rests, adjoints, steps, end);
            step -= steps;
            factors += (long)steps * end;
            rests += (long)steps * end;
            adjoints += (long)steps * end;
            if (!launch.IsReset(batch, launch.Row(batch, last))) continue;
            AddTo(initialAdjoint, carry.Values);
            carry.Begin(zeros);
        }
    }

    /// <summary>The same straight from the streams.</summary>
    /// <param name="cursor">Streams and adjoints.</param>
    /// <param name="sums">Adjoints of streams constant over the call.</param>
    /// <param name="from">First step.</param>
    /// <param name="to">Step after the last.</param>
    /// <param name="adjoints">Receives c of each step.</param>
    /// <param name="carry">δ of the step after; receives that of the first.</param>
    /// <param name="initialAdjoint">Receives what resets send to the initial state; null: not wanted.</param>
    /// <param name="withAdjoints">Whether the adjoints of the streams follow row by row; else they are written later.</param>
    public void RecurBackward(
        FrameCursor cursor, ref RowSums sums, int from, int to, float* adjoints, float* carry, double* initialAdjoint, bool withAdjoints)
    {
        if (from >= to) return;
        var row = launch.Row(batch, to - 1);
        cursor.MoveTo(batch, row, -direction);
        var trail = Trail(row);
        for (var step = to - 1; step >= from; step--, row -= direction)
        {
            var isReset = launch.IsReset(batch, row);
            ScanRows<TBody, V>.RecurBackward(cursor.Table, Old(step, isReset, trail), trail.Next, trail.Arrives, carry, adjoints, withAdjoints, end);
            if (withAdjoints) sums.NextRow();
            else
            {
                if (step - RowsAhead >= from && trail.Arrives != null) Traffic.Prefetch(trail.ArrivesEarlier(RowsAhead), end);
                adjoints += end;
            }
            cursor.Advance();
            trail.Retreat();
            if (!isReset) continue;
            AddTo(initialAdjoint, carry);
            new Span<float>(carry, end).Clear();
        }
    }

    /// <summary>Adjoints of the streams of steps [from, to), against the order.</summary>
    public void Adjoints(FrameCursor cursor, ref RowSums sums, int from, int to, float* adjoints)
    {
        if (from >= to) return;
        var row = launch.Row(batch, to - 1);
        cursor.MoveTo(batch, row, -direction);
        var trail = Trail(row);
        for (var step = to - 1; step >= from; step--, row -= direction, adjoints += end)
        {
            var old = Old(step, launch.IsReset(batch, row), trail);
            if (step - RowsAhead >= from) Traffic.Prefetch(trail.Earlier(RowsAhead), end);
            ScanRows<TBody, V>.Adjoints(cursor.Table, old, trail.Next, adjoints, end);
            cursor.Advance();
            trail.Retreat();
            sums.NextRow();
        }
    }

    // forward: the next step that is reset, or the end; against the order: the step itself if it is reset, or the next such one, or the last
    int UntilReset(int step, int stop, int towards)
    {
        if (launch.Resets == null) return stop;
        while (step != stop && !launch.IsReset(batch, launch.Row(batch, step))) step += towards;
        return step;
    }
}
