namespace Recurve.Kernels;

/// <summary>
/// Where the rows of a (batch, time, channel) signal lie: the channels of one row are contiguous, rows are any stride apart
/// (a view of a stacked projection has the stride of the whole). Both strides zero: one row for the whole call.
/// </summary>
/// <param name="Start">Row (0, 0); null where there is nothing.</param>
/// <param name="BatchStride">Numbers from a batch to the next.</param>
/// <param name="StepStride">Numbers from a time step to the next.</param>
internal readonly unsafe record struct Rows(nint Start, long BatchStride, long StepStride)
{
    public Rows(float* start, long batchStride, long stepStride) : this((nint)start, batchStride, stepStride) { }

    /// <summary>How the numbers are stored; on the processor always in single precision.</summary>
    public Precision Precision { get; init; }

    public bool IsNull => Start == 0;

    /// <summary>Whether every step has a row of its own.</summary>
    public bool IsPerStep => !IsNull && StepStride != 0;

    public float* At(long batch, long step) => (float*)Start + batch * BatchStride + step * StepStride;

    /// <summary>Whether every row starts at a multiple of <paramref name="lanes"/> numbers.</summary>
    public bool IsAligned(int lanes) => Start % (lanes * Precision.Bytes) == 0 && BatchStride % lanes == 0 && StepStride % lanes == 0;
}

internal static class Precisions
{
    extension(Precision precision)
    {
        /// <summary>Of a number.</summary>
        public int Bytes => precision == Precision.BFloat16 ? sizeof(ushort) : sizeof(float);
    }
}

/// <summary>Where the adjoint of a stream goes.</summary>
/// <param name="Rows">Rows to write, for a stream with a row per step.</param>
/// <param name="Mode">Store or Add; Discard where nobody wants it.</param>
/// <param name="Sum">For a stream constant over the call: accumulators, one per channel, to which the sum over all rows is added.</param>
internal readonly record struct AdjointTarget(Rows Rows, Contracts.StoreMode Mode, nint Sum = 0)
{
    /// <summary>Nobody wants it.</summary>
    public static AdjointTarget None => new(default, Contracts.StoreMode.Discard);

    /// <summary>A sum over rows, in double precision (on a device, extended).</summary>
    public static AdjointTarget Summed(nint sum) => new(default, Contracts.StoreMode.Add, sum);
}

/// <summary>
/// Batches [FirstBatch, EndBatch) × steps [FirstStep, EndStep), each batch cut to its length. Steps are those of memory for a map
/// and in processing order for a recurrence: with Reverse, step 0 is the last valid row.
/// </summary>
internal readonly record struct Window(int FirstBatch, int EndBatch, int FirstStep, int EndStep)
{
    public int Batches => Math.Max(0, EndBatch - FirstBatch);

    public int Steps => Math.Max(0, EndStep - FirstStep);

    /// <summary>Steps of the window inside a sequence of <paramref name="length"/> steps.</summary>
    public int Valid(int length) => Math.Max(0, Math.Min(EndStep, length) - FirstStep);
}
