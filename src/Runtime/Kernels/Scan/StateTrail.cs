namespace Recurve.Kernels.Scan;

/// <summary>
/// What lies beside the frame's rows on a walk against the order: the state before the step (p), the state after it (s), and what arrives there as a sequence.
/// Each pointer retreats by its own stride.
/// </summary>
internal unsafe struct StateTrail
{
    nint oldStride, nextStride, arrivesStride;

    /// <summary>p.</summary>
    public float* Old { get; private set; }

    /// <summary>s.</summary>
    public float* Next { get; private set; }

    /// <summary>What arrives.</summary>
    public float* Arrives { get; private set; }

    /// <summary>Starts at a row. What is not read, or does not arrive, is the row <paramref name="zeros"/>, so that the loop over lanes need not ask.</summary>
    public static StateTrail At(StateRows state, int batch, int row, int direction, bool readsOld, bool readsNew, float* zeros)
    {
        var (sequence, arrives) = (state.Sequence, state.SequenceAdjoint);
        var stride = (nint)sequence.StepStride * direction;
        return new()
        {
            Old = readsOld ? sequence.At(batch, row) - stride : zeros,
            Next = readsNew ? sequence.At(batch, row) : zeros,
            Arrives = arrives.IsNull ? zeros : arrives.At(batch, row),
            oldStride = readsOld ? stride : 0,
            nextStride = readsNew ? stride : 0,
            arrivesStride = arrives.IsNull ? 0 : (nint)arrives.StepStride * direction,
        };
    }

    /// <summary>One row, where nothing arrives any more.</summary>
    public static StateTrail Of(float* old, float* next) => new() { Old = old, Next = next };

    /// <summary>With another state before the step, where that is read.</summary>
    public readonly StateTrail From(float* old)
    {
        var trail = this;
        if (oldStride != 0) trail.Old = old;
        return trail;
    }

    /// <summary>Asks for channels [first, end) of the rows some steps ahead.</summary>
    public readonly void Prefetch(int steps, nint first, nint end)
    {
        if (steps == 0) return;
        // p of a step is s of the one before
        if (oldStride != 0) Traffic.Prefetch(Old - steps * oldStride + first, end - first);
        else if (nextStride != 0) Traffic.Prefetch(Next - steps * nextStride + first, end - first);
        if (arrivesStride != 0) Traffic.Prefetch(Arrives - steps * arrivesStride + first, end - first);
    }

    public void Retreat(int rows = 1)
    {
        Old -= rows * oldStride;
        Next -= rows * nextStride;
        Arrives -= rows * arrivesStride;
    }
}

/// <summary>
/// What the adjoint of a body reads of the states. Whoever walks a body against the order asks before its loops are compiled: to them these are constants, and what is not read costs nothing.
/// </summary>
internal static class Reads<TBody> where TBody : struct, Contracts.IScanBody
{
    /// <summary>p.</summary>
    public static readonly bool Old = TBody.Signature.AdjointReadsOld;

    /// <summary>s.</summary>
    public static readonly bool New = TBody.Signature.AdjointReadsNew;

    /// <summary>p, already in the recurrence.</summary>
    public static readonly bool OldInRecurrence = Old && TBody.Signature.RecurrenceReadsStates;

    /// <summary>s, already in the recurrence.</summary>
    public static readonly bool NewInRecurrence = New && TBody.Signature.RecurrenceReadsStates;
}
