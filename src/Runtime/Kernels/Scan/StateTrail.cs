namespace Recurve.Kernels.Scan;

/// <summary>The rows of a state's sequence and of what arrives at it, walked against the order by one subtraction each.</summary>
internal unsafe struct StateTrail(Rows sequence, Rows arrives, int batch, int row, int direction)
{
    readonly nint stride = (nint)sequence.StepStride * direction, arrivesStride = arrives.IsNull ? 0 : (nint)arrives.StepStride * direction;

    /// <summary>The state after the step.</summary>
    public float* Next { get; private set; } = sequence.At(batch, row);

    /// <summary>What arrives at the state after the step; null: nothing.</summary>
    public float* Arrives { get; private set; } = arrives.IsNull ? null : arrives.At(batch, row);

    /// <summary>The state some steps earlier in the order, where the sequence has one.</summary>
    public readonly float* Earlier(int steps) => Next - steps * stride;

    /// <summary>What arrives some steps earlier in the order, where anything does.</summary>
    public readonly float* ArrivesEarlier(int steps) => Arrives - steps * arrivesStride;

    public void Retreat()
    {
        Next -= stride;
        Arrives -= arrivesStride;
    }
}
