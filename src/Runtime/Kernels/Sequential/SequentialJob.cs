using Recurve.Contracts;
using Recurve.Kernels.Scan;

namespace Recurve.Kernels.Sequential;

/// <summary>One call of a step-by-step recurrence: a unit of work is a batch × a block of channels.</summary>
internal sealed unsafe class SequentialJob<TBody, V>
    where TBody : struct, ISequentialBody
    where V : unmanaged, ILane<V>
{
    readonly Action<int> runUnit;
    RecurrentLaunch launch = null!;
    Window window;
    ScanSplit split;
    bool backward;
    int nonTemporalLanes, sums;
    double* partials;
    long partialStride;
    float* zeros;

    // kept, so that a call allocates nothing
    public SequentialJob() => runUnit = RunUnit;

    public void Execute(RecurrentLaunch launch, Window window, bool backward)
    {
        var width = launch.Width;
        if (width == 0 || window.Batches == 0) return;
        (this.launch, this.window, this.backward) = (launch, window, backward);
        var signature = TBody.Signature;
        nonTemporalLanes = Traffic.NonTemporalLanes<V>(window, width);
        split = ScanSplit.OfSequential(width);

        var scratch = Scratch.OfPreparation();
        zeros = scratch.TakeZeroed<float>(width);
        sums = backward ? RowSums.Count(signature, launch) : 0;
        partialStride = backward ? (long)(sums + signature.States) * width : 0;
        partials = backward ? scratch.TakeZeroed<double>(partialStride * window.Batches) : null;

        if (window.Batches * split.Blocks == 1) RunUnit(0);
        else Workers.For(window.Batches * split.Blocks, runUnit);

        if (backward)
        {
            RowSums.Combine(signature, launch, partials, window.Batches, partialStride);
            for (var k = 0; k < signature.States; k++)
            {
                if (launch.States[k].InitialAdjoint is var sum and not 0)
                    RowSums.Combine((double*)sum, partials + (long)(sums + k) * width, window.Batches, partialStride, width);
            }
        }
        this.launch = null!;
    }

    void RunUnit(int unit)
    {
        var batch = window.FirstBatch + unit / split.Blocks;
        var first = unit % split.Blocks * split.BlockWidth;
        var end = Math.Min(launch.Width, first + split.BlockWidth);
        var valid = window.Valid(launch.ValidSteps(batch));
        var scratch = Scratch.OfTask();
        if (backward)
        {
            var partial = partials + (batch - window.FirstBatch) * partialStride;
            var cursor = FrameCursor.Backward(scratch, TBody.Signature, launch, zeros, nonTemporalLanes);
            var rowSums = new RowSums(cursor, TBody.Signature, launch, scratch, partial, first, end);
            var walk = new SequentialWalk<TBody, V>(launch, window, batch, first, end, zeros, cursor);
            walk.Backward(scratch, ref rowSums, valid, partial + (long)sums * launch.Width);
            rowSums.Flush();
        }
        else
        {
            var cursor = FrameCursor.Forward(scratch, TBody.Signature, launch, nonTemporalLanes);
            new SequentialWalk<TBody, V>(launch, window, batch, first, end, zeros, cursor).Forward(scratch, valid);
        }
    }
}
