using Recurve.Contracts;

namespace Recurve.Kernels.Scan;

// The parts of a tile whose rows are folded into one. Steps [from, to) are rows [low, low + count) of memory; what goes step by step is
// the recurrence alone.
internal readonly unsafe ref partial struct ScanWalk<TBody, V>
{
    /// <summary>a and b.</summary>
    public void Coefficients(FoldedTile tile, int from, int to)
    {
        var (low, count) = Gather(tile, from, to);
        ScanRows<TBody, V>.CoefficientsRow(tile.Cursor.Table, tile.Factors, tile.Offsets, (nint)count * end);
        if (launch.Resets == null) return;
        for (var i = 0; i < count; i++)
        {
            // a state that is set does not depend on the one before
            if (!launch.IsReset(batch, low + i)) continue;
            for (var c = 0; c < end; c++)
            {
                var at = i * end + c;
                tile.Offsets[at] = MathF.FusedMultiplyAdd(tile.Factors[at], initial[c], tile.Offsets[at]);
                tile.Factors[at] = 0;
            }
        }
    }

    /// <summary>s = a p + b; the carry goes from the state before the tile to the one after.</summary>
    public void Recur(FoldedTile tile, int from, int to)
    {
        var (low, count) = (Low(from, to), to - from);
        PutCarry(tile, count, direction);
        if (NarrowRecurrence<V>.TryRun(tile.Carry, tile.Factors, tile.Offsets, tile.States, count, end, direction)) return;
        for (var step = from; step < to; step++)
        {
            var (row, isReset) = ((nint)(launch.Row(batch, step) - low) * end, launch.IsReset(batch, launch.Row(batch, step)));
            float* states = tile.States + row, old = states - direction * end;
            for (var c = 0; c < end; c++) states[c] = MathF.FusedMultiplyAdd(tile.Factors[row + c], isReset ? 0 : old[c], tile.Offsets[row + c]);
        }
        TakeCarry(tile, count, direction);
    }

    /// <summary>Outputs and sequence.</summary>
    public void Outputs(FoldedTile tile, int from, int to)
    {
        var (low, count) = (Low(from, to), to - from);
        var old = tile.States - direction * end;
        if (launch.Resets != null)
        {
            new Span<float>(old, count * end).CopyTo(new(tile.Old, count * end));
            old = tile.Old;
            PutInitial(old, low, count);
        }
        var isApart = !state.Sequence.IsNull && state.Sequence.StepStride != end;
        ScanRows<TBody, V>.OutputsRow(
            tile.Cursor.Table, old, tile.States, isApart ? null : state.Sequence.At(batch, low), isApart ? StoreMode.Discard : sequenceMode, (nint)count * end);
        if (isApart) Fold.Move(tile.States, end, state.Sequence.At(batch, low), (nint)state.Sequence.StepStride, count, end);
        tile.Fold.Scatter(batch, low, count);
    }

    /// <summary>a and r against the order, what arrives as a sequence, and b = a · that + r, so that δ = a δ⁺ + b with δ⁺ of the step after.</summary>
    /// <param name="tile">Its memory.</param>
    /// <param name="from">First step.</param>
    /// <param name="to">Step after the last.</param>
    /// <returns>p and s of each row, where the body asks for them.</returns>
    public StateTrail AdjointCoefficients(FoldedTile tile, int from, int to)
    {
        var (low, count) = Gather(tile, from, to);
        // what is not asked for is read and not used
        var old = Reads<TBody>.Old ? Old(tile, from, low, count) : tile.Old;
        var next = Reads<TBody>.New ? FoldedTile.SideBySide(state.Sequence, batch, low, count, end, tile.Next) : tile.Next;
        var arrives = tile.Adjoints;
        if (state.SequenceAdjoint.IsNull) new Span<float>(arrives, count * end).Clear();
        else arrives = FoldedTile.SideBySide(state.SequenceAdjoint, batch, low, count, end, tile.Adjoints);
        ScanRows<TBody, V>.AdjointCoefficientsRow(tile.Cursor.Table, old, next, arrives, tile.Factors, tile.Rests, tile.Adjoints, (nint)count * end);
        for (nint i = 0; i < (nint)count * end; i += V.Width)
            V.Store(V.FusedMultiplyAdd(V.Load(tile.Factors + i), V.Load(tile.Adjoints + i), V.Load(tile.Rests + i)), tile.Offsets + i);
        return StateTrail.Of(old, next);
    }

    /// <summary>δ; the carry goes from the δ after the tile to that of its first step, and what a reset cuts off goes to the initial state.</summary>
    public void RecurBackward(FoldedTile tile, int from, int to, double* initialAdjoint)
    {
        var (low, count) = (Low(from, to), to - from);
        PutCarry(tile, count, -direction);
        // a step before a reset gets nothing from it
        for (var step = to - 1; launch.Resets != null && step > from; step--)
            if (launch.IsReset(batch, launch.Row(batch, step))) new Span<float>(tile.Factors + (launch.Row(batch, step - 1) - low) * end, end).Clear();
        if (!NarrowRecurrence<V>.TryRun(tile.Carry, tile.Factors, tile.Offsets, tile.States, count, end, -direction))
        {
            for (var step = to - 1; step >= from; step--)
            {
                var row = (nint)(launch.Row(batch, step) - low) * end;
                var isCut = step < to - 1 && launch.IsReset(batch, launch.Row(batch, step + 1));
                float* deltas = tile.States + row, after = deltas + direction * end;
                for (var c = 0; c < end; c++)
                {
                    var at = row + c;
                    deltas[c] = isCut ? tile.Offsets[at] : MathF.FusedMultiplyAdd(tile.Factors[at], after[c] + tile.Adjoints[at], tile.Rests[at]);
                }
            }
            TakeCarry(tile, count, -direction);
        }
        for (var step = from; launch.Resets != null && step < to; step++)
        {
            if (!launch.IsReset(batch, launch.Row(batch, step))) continue;
            var delta = tile.States + (launch.Row(batch, step) - low) * end;
            AddTo(initialAdjoint, delta);
            new Span<float>(delta, end).Clear();
            if (step == from) new Span<double>(tile.Carry, end).Clear();
        }
    }

    /// <summary>c = δ⁺ + what arrives, and with it the adjoints of the streams.</summary>
    public void Adjoints(FoldedTile tile, ref RowSums sums, int from, int to, StateTrail trail)
    {
        var (low, count) = (Low(from, to), to - from);
        var after = tile.States + direction * end;
        for (nint i = 0; i < (nint)count * end; i += V.Width) V.Store(V.Load(after + i) + V.Load(tile.Adjoints + i), tile.Adjoints + i);
        ScanRows<TBody, V>.AdjointsRow(tile.Cursor.Table, trail.Old, trail.Next, tile.Adjoints, (nint)count * end);
        tile.Fold.Scatter(batch, low, count);
        sums.NextRow();
    }

    public void TakeStart(FoldedTile tile)
    {
        TakeStart(tile.Rounded);
        Widen(tile.Rounded, tile.Carry);
    }

    public void LeaveEnd(FoldedTile tile)
    {
        Narrow(tile.Carry, tile.Rounded);
        LeaveEnd(tile.Rounded);
    }

    public void TakeEndAdjoint(FoldedTile tile)
    {
        TakeEndAdjoint(tile.Rounded);
        Widen(tile.Rounded, tile.Carry);
    }

    public void LeaveStartAdjoint(FoldedTile tile, double* initialAdjoint)
    {
        Narrow(tile.Carry, tile.Rounded);
        LeaveStartAdjoint(tile.Rounded, initialAdjoint);
    }

    int Low(int from, int to) => launch.Row(batch, direction > 0 ? from : to - 1);

    (int Low, int Count) Gather(FoldedTile tile, int from, int to)
    {
        var (low, count) = (Low(from, to), to - from);
        tile.Cursor.MoveTo(batch, low, 1);
        tile.Fold.Gather(batch, low, count);
        return (low, count);
    }

    // p of each row of the forward pass
    float* Old(FoldedTile tile, int from, int low, int count)
    {
        var hasStart = from == firstStep ? 1 : 0;
        var first = direction > 0 ? hasStart : 0;
        Fold.Move(
            state.Sequence.At(batch, low + first - direction), (nint)state.Sequence.StepStride, tile.Old + first * end, end, count - hasStart, end);
        if (hasStart > 0) new Span<float>(start, end).CopyTo(new(tile.Old + (direction > 0 ? 0 : count - 1) * end, end));
        PutInitial(tile.Old, low, count);
        return tile.Old;
    }

    void PutInitial(float* old, int low, int count)
    {
        for (var i = 0; launch.Resets != null && i < count; i++)
            if (launch.IsReset(batch, low + i)) new Span<float>(initial, end).CopyTo(new(old + i * end, end));
    }

    // the state before the first row walked lies where the walk comes from
    void PutCarry(FoldedTile tile, int count, int towards) => Narrow(tile.Carry, tile.States + (towards > 0 ? -1 : count) * end);

    void TakeCarry(FoldedTile tile, int count, int towards) => Widen(tile.States + (towards > 0 ? count - 1 : 0) * end, tile.Carry);

    void Widen(float* source, double* target)
    {
        for (var c = 0; c < end; c++) target[c] = source[c];
    }

    void Narrow(double* source, float* target)
    {
        for (var c = 0; c < end; c++) target[c] = (float)source[c];
    }
}
