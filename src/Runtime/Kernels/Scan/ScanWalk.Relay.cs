using Recurve.Contracts;

namespace Recurve.Kernels.Scan;

// The parts of a tile in a relay. A tile's numbers lie row by row, in the order of the walk, Width channels to a row.
internal readonly unsafe ref partial struct ScanWalk<TBody, V>
{
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
        ScanRows<TBody, V>.Coefficients(cursor, factors, rests, end, to - from);
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
        var stride = (nint)state.Sequence.StepStride * direction;
        for (int step = from, rows; step < to; step += rows, row += rows * direction, states += (nint)rows * end)
        {
            var isReset = launch.IsReset(batch, row);
            rows = isReset ? 1 : UntilReset(step, to, 1) - step;
            ScanRows<TBody, V>.Outputs(cursor, isReset ? initial : states, states + end, state.Sequence.At(batch, row), stride, sequenceMode, end, rows);
        }
    }

    /// <summary>a and r of steps [from, to) against the order, and what arrives at their states as a sequence.</summary>
    public void AdjointCoefficients(FrameCursor cursor, int from, int to, float* factors, float* rests, float* arrivals)
    {
        var runs = RunsBackward(cursor, from, to);
        while (runs.TryNext(int.MaxValue))
        {
            ScanRows<TBody, V>.AdjointCoefficients(cursor, runs.Trail, factors, rests, arrivals, end, runs.Rows);
            var numbers = (nint)runs.Rows * end;
            factors += numbers;
            rests += numbers;
            arrivals += numbers;
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

    /// <summary>The same δ straight from the streams, and nothing else.</summary>
    /// <param name="cursor">Streams.</param>
    /// <param name="from">First step.</param>
    /// <param name="to">Step after the last.</param>
    /// <param name="carry">δ of the step after; receives that of the first.</param>
    public void RecurBackward(FrameCursor cursor, int from, int to, float* carry)
    {
        var runs = RunsBackward(cursor, from, to, recurrenceAlone: true);
        while (runs.TryNext(int.MaxValue))
        {
            ScanRows<TBody, V>.RecurBackward(cursor, runs.Trail, carry, end, runs.Rows);
            if (runs.IsReset) Cut(carry, null);
        }
    }

    /// <summary>The same δ once more, with the adjoints of the streams.</summary>
    /// <param name="cursor">Streams and adjoints.</param>
    /// <param name="sums">Adjoints of streams constant over the call.</param>
    /// <param name="from">First step.</param>
    /// <param name="to">Step after the last.</param>
    /// <param name="carry">δ of the step after; receives that of the first.</param>
    /// <param name="initialAdjoint">Receives what resets send to the initial state; null: not wanted.</param>
    public void ReplayBackward(FrameCursor cursor, ref RowSums sums, int from, int to, float* carry, double* initialAdjoint)
    {
        var runs = RunsBackward(cursor, from, to);
        while (runs.TryNext(sums.RowsLeft))
        {
            ScanRows<TBody, V>.ReplayBackward(cursor, runs.Trail, carry, end, runs.Rows);
            sums.NextRows(runs.Rows);
            if (runs.IsReset) Cut(carry, initialAdjoint);
        }
    }

    /// <summary>Adjoints of the streams of steps [from, to), against the order.</summary>
    public void Adjoints(FrameCursor cursor, ref RowSums sums, int from, int to, float* adjoints)
    {
        var runs = RunsBackward(cursor, from, to);
        while (runs.TryNext(sums.RowsLeft))
        {
            ScanRows<TBody, V>.Adjoints(cursor, runs.Trail, adjoints, end, runs.Rows);
            adjoints += (nint)runs.Rows * end;
            sums.NextRows(runs.Rows);
        }
    }
}
