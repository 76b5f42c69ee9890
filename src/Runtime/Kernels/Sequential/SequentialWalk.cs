using Recurve.Contracts;
using Recurve.Kernels.Composed;

namespace Recurve.Kernels.Sequential;

/// <summary>
/// One sequence of a recurrence of k states, channels [first, end), walked in processing order or against it: where its rows are, what a reset
/// does, what goes in and comes out at its ends. Steps are processing steps.
/// </summary>
internal readonly unsafe ref struct SequentialWalk<TBody, V>
    where TBody : struct, ISequentialBody
    where V : unmanaged, ILane<V>
{
    readonly RecurrentLaunch launch;
    readonly FrameCursor cursor;
    readonly Scratch scratch;
    readonly int batch, first, end, firstStep, direction, nonTemporalLanes;
    readonly float* zeros;

    public SequentialWalk(RecurrentLaunch launch, Window window, int batch, int first, int end, float* zeros, int nonTemporalLanes, Scratch scratch, FrameCursor cursor)
    {
        (this.launch, this.scratch) = (launch, scratch);
        this.cursor = cursor;
        (this.batch, this.first, this.end, this.nonTemporalLanes) = (batch, first, end, nonTemporalLanes);
        this.zeros = zeros;
        firstStep = window.FirstStep;
        direction = launch.Reverse ? -1 : 1;
    }

    int Count => launch.States.Length;

    /// <summary>The rows of the states before the window.</summary>
    public float** Start()
    {
        var rows = NewRows();
        for (var k = 0; k < Count; k++) rows[k] = Start(k);
        return rows;
    }

    /// <summary>Leaves the states after the window.</summary>
    public void LeaveEnd(float** states)
    {
        for (var k = 0; k < Count; k++)
            if (launch.States[k].End is { IsNull: false } target) Copy(states[k], target.At(batch, 0));
    }

    /// <summary>Steps [from, to).</summary>
    /// <param name="from">First step.</param>
    /// <param name="to">Step after the last.</param>
    /// <param name="states">The rows of the states before; afterwards those of the states after, wherever they are.</param>
    public void Forward(int from, int to, float** states)
    {
        if (from >= to) return;
        // a state whose sequence is not kept, or written past the caches, alternates between two rows
        var rows = (float**)scratch.Take<nint>(2 * Count);
        var table = cursor.Table;
        for (var k = 0; k < Count; k++)
        {
            var isElsewhere = launch.States[k].Sequence.IsNull || IsPastCaches(k);
            rows[2 * k] = isElsewhere ? scratch.Take<float>(launch.Width) : null;
            rows[2 * k + 1] = isElsewhere ? scratch.Take<float>(launch.Width) : null;
            table->New[k] = states[k];
        }
        cursor.MoveTo(batch, launch.Row(batch, from), direction);
        for (var step = from; step < to; step++)
        {
            var row = launch.Row(batch, step);
            var isReset = launch.IsReset(batch, row);
            for (var k = 0; k < Count; k++)
            {
                table->Old[k] = isReset ? Initial(k) : table->New[k];
                table->New[k] = rows[2 * k] == null ? launch.States[k].Sequence.At(batch, row) : rows[2 * k + ((step - from) & 1)];
            }
            SequentialRows<TBody, V>.Step(table, first, end);
            for (var k = 0; k < Count; k++)
                if (IsPastCaches(k)) SequentialRows<TBody, V>.CopyPastCaches(table->New[k], launch.States[k].Sequence.At(batch, row), first, end);
            cursor.Advance();
        }
        for (var k = 0; k < Count; k++) states[k] = table->New[k];
    }

    /// <summary>What steps [from, to) do to the states.</summary>
    public void SummariseForward<TMaps, TSource>(int from, int to, ref TileSummary<TMaps> summary)
        where TMaps : struct, IStepMaps
        where TSource : struct, IMapSource
    {
        if (from >= to) return;
        var initial = NewRows();
        for (var k = 0; k < Count; k++) initial[k] = Initial(k) + first;
        cursor.MoveTo(batch, launch.Row(batch, from), direction);
        for (var step = from; step < to; step++)
        {
            if (launch.IsReset(batch, launch.Row(batch, step))) summary.Cut(initial);
            MapRows<TSource, V>.Write(cursor.Table, first, end, summary.Step, summary.Stride, TMaps.Numbers);
            summary.Append();
            cursor.Advance();
        }
    }

    /// <summary>Steps [from, to) as their linearisations at the states they come to, and what those together do to the states before.</summary>
    /// <param name="from">First step.</param>
    /// <param name="to">Step after the last.</param>
    /// <param name="summary">Receives the composed linearisation.</param>
    /// <param name="states">The rows of the states before; afterwards those of the states after. Nothing else is written.</param>
    public void Linearise<TMaps, TSource>(int from, int to, ref TileSummary<TMaps> summary, float** states)
        where TMaps : struct, IStepMaps
        where TSource : struct, IMapSource
    {
        if (from >= to) return;
        var table = cursor.Table;
        float** initial = NewRows(), spare = NewRows();
        for (var k = 0; k < Count; k++)
        {
            initial[k] = Initial(k) + first;
            spare[k] = scratch.Take<float>(launch.Width);
        }
        cursor.MoveTo(batch, launch.Row(batch, from), direction);
        for (var step = from; step < to; step++)
        {
            var isReset = launch.IsReset(batch, launch.Row(batch, step));
            for (var k = 0; k < Count; k++) table->Old[k] = isReset ? Initial(k) : states[k];
            if (isReset) summary.Cut(initial);
            MapRows<TSource, V>.Write(table, first, end, summary.Step, summary.Stride, TMaps.Numbers);
            MapRows<TSource, V>.Apply(summary.Step, summary.Stride, Count, table->Old, spare, first, end);
            summary.Append();
            cursor.Advance();
            for (var k = 0; k < Count; k++)
            {
                var next = spare[k];
                spare[k] = states[k];
                states[k] = next;
            }
        }
    }

    /// <summary>The rows of the adjoint that <see cref="Backward"/> carries; to be set before.</summary>
    public float** NewCarry()
    {
        var table = cursor.Table;
        for (var k = 0; k < Count; k++)
        {
            table->Carry[k] = scratch.Take<float>(launch.Width);
            table->Delta[k] = scratch.Take<float>(launch.Width);
        }
        return table->Carry;
    }

    /// <summary>What arrives at the states after the window.</summary>
    public void TakeEndAdjoint(float** carry)
    {
        for (var k = 0; k < Count; k++)
        {
            if (launch.States[k].EndAdjoint is { IsNull: false } adjoint) Copy(adjoint.At(batch, 0), carry[k]);
            else new Span<float>(carry[k] + first, end - first).Clear();
        }
    }

    /// <summary>Hands the adjoint of the states before the window to their owner: the start, or the initial state.</summary>
    public void LeaveStartAdjoint(float** carry, double* initialAdjoints)
    {
        for (var k = 0; k < Count; k++)
        {
            var state = launch.States[k];
            if (!state.StartAdjoint.IsNull) Copy(carry[k], state.StartAdjoint.At(batch, 0));
            if (state.Start.IsNull) AddTo(initialAdjoints + (long)k * launch.Width, carry[k]);
        }
    }

    /// <summary>Steps [from, to) against the order, from the adjoint of the states after, which stands in the carry, to that of the states before.</summary>
    public void Backward(ref RowSums sums, int from, int to, double* initialAdjoints)
    {
        if (from >= to) return;
        var table = cursor.Table;
        cursor.MoveTo(batch, launch.Row(batch, to - 1), -direction);
        for (var step = to - 1; step >= from; step--)
        {
            var row = launch.Row(batch, step);
            var isReset = launch.IsReset(batch, row);
            SetStates(step, row, isReset);
            for (var k = 0; k < Count; k++)
                table->Arrives[k] = launch.States[k].SequenceAdjoint is { IsNull: false } arrives ? arrives.At(batch, row) : zeros;
            SequentialRows<TBody, V>.Adjoint(table, first, end);
            cursor.Advance();
            sums.NextRow();
            for (var k = 0; k < Count; k++)
            {
                var carry = table->Delta[k];
                table->Delta[k] = table->Carry[k];
                table->Carry[k] = carry;
                if (!isReset) continue;
                AddTo(initialAdjoints + (long)k * launch.Width, carry);
                new Span<float>(carry + first, end - first).Clear();
            }
        }
    }

    /// <summary>What steps [from, to) against the order do to the adjoint.</summary>
    public void SummariseBackward<TMaps, TSource>(int from, int to, ref TileSummary<TMaps> summary)
        where TMaps : struct, IStepMaps
        where TSource : struct, IMapSource
    {
        if (from >= to) return;
        var nothing = NewRows();
        for (var k = 0; k < Count; k++) nothing[k] = zeros;
        cursor.MoveTo(batch, launch.Row(batch, to - 1), -direction);
        for (var step = to - 1; step >= from; step--)
        {
            var row = launch.Row(batch, step);
            var isReset = launch.IsReset(batch, row);
            SetStates(step, row, isReset);
            MapRows<TSource, V>.Write(cursor.Table, first, end, summary.Step, summary.Stride, TMaps.Numbers);
            for (var k = 0; k < Count; k++)
                if (launch.States[k].SequenceAdjoint is { IsNull: false } arrives)
                    MapRows<TSource, V>.Receive(summary.Step, summary.Stride, Count, k, arrives.At(batch, row) + first, end - first);
            summary.Append();
            cursor.Advance();
            if (isReset) summary.Cut(nothing);
        }
    }

    void SetStates(int step, int row, bool isReset)
    {
        var table = cursor.Table;
        for (var k = 0; k < Count; k++)
        {
            var sequence = launch.States[k].Sequence;
            table->New[k] = sequence.At(batch, row);
            table->Old[k] = isReset ? Initial(k) : step == firstStep ? Start(k) : sequence.At(batch, row - direction);
        }
    }

    float** NewRows() => (float**)scratch.Take<nint>(Count);

    bool IsPastCaches(int k) => nonTemporalLanes > 0 && !launch.States[k].Sequence.IsNull && launch.States[k].Sequence.IsAligned(nonTemporalLanes);

    float* Initial(int k) => launch.States[k].Initial != 0 ? (float*)launch.States[k].Initial : zeros;

    float* Start(int k) => launch.States[k].Start is { IsNull: false } start ? start.At(batch, 0) : Initial(k);

    void Copy(float* source, float* target) => new Span<float>(source + first, end - first).CopyTo(new(target + first, end - first));

    void AddTo(double* sum, float* row)
    {
        for (var c = first; c < end; c++) sum[c] += row[c];
    }
}
