using Recurve.Contracts;

namespace Recurve.Kernels.Scan;

/// <summary>
/// One sequence, channels [first, end), walked in processing order or against it: where its rows are, what a reset does, what goes in
/// and comes out at its ends. Steps are processing steps.
/// </summary>
internal readonly unsafe ref partial struct ScanWalk<TBody, V>
    where TBody : struct, IScanBody
    where V : unmanaged, ILane<V>
{
    readonly RecurrentLaunch launch;
    readonly StateRows state;
    readonly int batch, first, end, firstStep, direction;
    readonly StoreMode sequenceMode;
    readonly float* initial, start, zeros;

    public ScanWalk(RecurrentLaunch launch, Window window, int batch, int first, int end, float* zeros, StoreMode sequenceMode)
    {
        this.launch = launch;
        state = launch.States[0];
        (this.batch, this.first, this.end, this.sequenceMode) = (batch, first, end, sequenceMode);
        this.zeros = zeros;
        firstStep = window.FirstStep;
        direction = launch.Reverse ? -1 : 1;
        initial = state.Initial != 0 ? (float*)state.Initial : zeros;
        start = state.Start.IsNull ? initial : state.Start.At(batch, 0);
    }

    public void TakeStart(float* carry) => Copy(start, carry);

    public void LeaveEnd(float* carry)
    {
        if (!state.End.IsNull) Copy(carry, state.End.At(batch, 0));
    }

    public void TakeEndAdjoint(float* carry)
    {
        if (state.EndAdjoint.IsNull) new Span<float>(carry + first, end - first).Clear();
        else Copy(state.EndAdjoint.At(batch, 0), carry);
    }

    /// <summary>Hands the adjoint of the state before the window to its owner: the start, or the initial state.</summary>
    public void LeaveStartAdjoint(float* carry, double* initialAdjoint)
    {
        if (!state.StartAdjoint.IsNull) Copy(carry, state.StartAdjoint.At(batch, 0));
        if (state.Start.IsNull) AddTo(initialAdjoint, carry);
    }

    /// <summary>Steps [from, to); the carry holds the state before and then the one after.</summary>
    public void Forward(FrameCursor cursor, int from, int to, float* carry)
    {
        if (from >= to) return;
        var row = launch.Row(batch, from);
        cursor.MoveTo(batch, row, direction);
        var sequence = state.Sequence.At(batch, row);
        var stride = (nint)state.Sequence.StepStride * direction;
        for (int step = from, rows; step < to; step += rows, row += rows * direction, sequence += rows * stride)
        {
            var isReset = launch.IsReset(batch, row);
            rows = isReset ? 1 : UntilReset(step, to, 1) - step;
            ScanRows<TBody, V>.Forward(cursor, isReset ? initial : carry, carry, sequence, stride, sequenceMode, first, end, rows);
        }
    }

    /// <summary>Steps [from, to) against the order; the carry holds the adjoint of the state after and then of the one before.</summary>
    /// <param name="cursor">Streams and adjoints.</param>
    /// <param name="sums">Adjoints of streams constant over the call.</param>
    /// <param name="from">First step.</param>
    /// <param name="to">Step after the last.</param>
    /// <param name="carry">c of the last step; receives the adjoint of the state before the first.</param>
    /// <param name="initialAdjoint">Receives what resets send to the initial state; null: not wanted.</param>
    public void Backward(FrameCursor cursor, ref RowSums sums, int from, int to, float* carry, double* initialAdjoint)
    {
        var runs = RunsBackward(cursor, from, to);
        while (runs.TryNext(sums.RowsLeft))
        {
            ScanRows<TBody, V>.Backward(cursor, runs.Trail, carry, first, end, runs.Rows);
            sums.NextRows(runs.Rows);
            if (runs.IsReset) Cut(carry, initialAdjoint);
        }
    }

    // the state that a reset cut off is the initial one's
    void Cut(float* carry, double* initialAdjoint)
    {
        AddTo(initialAdjoint, carry);
        new Span<float>(carry + first, end - first).Clear();
    }

    void Copy(float* source, float* target) => new Span<float>(source + first, end - first).CopyTo(new(target + first, end - first));

    void AddTo(double* sum, float* row)
    {
        if (sum == null) return;
        for (var c = first; c < end; c++) sum[c] += row[c];
    }
}
