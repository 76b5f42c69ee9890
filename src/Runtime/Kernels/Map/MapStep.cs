using Recurve.Contracts;

namespace Recurve.Kernels.Map;

/// <summary>
/// A map bound to its memory once and then run on one step after the other, by one thread at a time: all a step does is to move its row pointers,
/// and sums over rows live from step to step.
/// </summary>
internal abstract class MapStep
{
    /// <summary>The rows of batches [<paramref name="firstBatch"/>, <paramref name="endBatch"/>) at one step, where it is valid.</summary>
    public abstract void Run(int firstBatch, int endBatch, int step);

    /// <summary>Backward, after the last step: adds the sums over rows to the launch's accumulators.</summary>
    public abstract void Complete();
}

/// <inheritdoc/>
internal sealed unsafe class MapStep<TBody, V> : MapStep
    where TBody : struct, IMapBody
    where V : unmanaged, ILane<V>
{
    readonly Scratch scratch = new();
    readonly Launch launch;
    readonly bool backward;
    readonly FrameCursor cursor;
    readonly double* partial;
    RowSums sums;

    public MapStep(Launch launch, bool backward)
    {
        (this.launch, this.backward) = (launch, backward);
        var signature = TBody.Signature;
        if (!backward)
        {
            cursor = FrameCursor.Forward(scratch, signature, launch, nonTemporalLanes: 0);
            return;
        }
        cursor = FrameCursor.Backward(scratch, signature, launch, scratch.TakeZeroed<float>(launch.Width), nonTemporalLanes: 0);
        partial = scratch.Take<double>((long)RowSums.Count(signature, launch) * launch.Width);
        sums = new(cursor, signature, launch, scratch, partial, 0, launch.Width);
    }

    public override void Run(int firstBatch, int endBatch, int step)
    {
        for (var batch = firstBatch; batch < endBatch; batch++)
        {
            if (step >= launch.Length(batch)) continue;
            cursor.MoveTo(batch, step, 1);
            if (backward)
            {
                MapRows<TBody, V>.Adjoint(cursor.Table, launch.Width);
                sums.NextRow();
            }
            else MapRows<TBody, V>.Forward(cursor.Table, launch.Width);
        }
        GC.KeepAlive(this);
    }

    public override void Complete()
    {
        sums.Flush();
        RowSums.Combine(TBody.Signature, launch, partial, units: 1, stride: 0);
        GC.KeepAlive(this);
    }
}
