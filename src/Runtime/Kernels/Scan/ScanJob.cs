using Recurve.Contracts;

namespace Recurve.Kernels.Scan;

/// <summary>One call of a scan: cuts it into units (batch × channel block, or tiles of time in a relay) and runs them on the workers.</summary>
internal sealed unsafe partial class ScanJob<TBody, V>
    where TBody : struct, IScanBody
    where V : unmanaged, ILane<V>
{
    readonly Action<int> runUnit, runTiles, runLightTiles, runFoldedUnit, runFoldedTiles;
    RecurrentLaunch launch = null!;
    Window window;
    ScanSplit split;
    bool backward;
    int nonTemporalLanes, sums;
    StoreMode sequenceMode;
    double* partials;
    long partialStride;
    float* zeros;

    // kept, so that a call allocates nothing
    public ScanJob() => (runUnit, runTiles, runLightTiles, runFoldedUnit, runFoldedTiles) = (RunUnit, RunTiles, RunLightTiles, RunFoldedUnit, RunFoldedTiles);

    public void Execute(RecurrentLaunch launch, Window window, bool backward)
    {
        var width = launch.Width;
        if (width == 0 || window.Batches == 0) return;
        (this.launch, this.window, this.backward) = (launch, window, backward);
        var signature = TBody.Signature;
        var state = launch.States[0];
        nonTemporalLanes = Traffic.NonTemporalLanes<V>(window, width);
        sequenceMode = state.Sequence.IsNull ? StoreMode.Discard
            : nonTemporalLanes > 0 && state.Sequence.IsAligned(nonTemporalLanes) ? StoreMode.NonTemporal : StoreMode.Store;
        split = Planner.RelayOf(width, window, LightRowsKept(), rowsKept: backward ? 3 : 2, signature.Arithmetic, backward);
        foldedRows = Fold.RowsOf<V>(width, window.Steps);
        if (foldedRows > 0) (split, foldedRows) = Planner.FoldedOf(width, window, foldedRows, signature.Arithmetic);

        var scratch = Scratch.OfPreparation();
        zeros = scratch.TakeZeroed<float>(width);
        sums = backward ? RowSums.Count(signature, launch) : 0;
        var initial = backward && state.InitialAdjoint != 0;
        partialStride = (long)(sums + (initial ? 1 : 0)) * width;
        var partialUnits = window.Batches * (split.IsTiled ? split.Tiles(window.Steps) : 1);
        partials = partialStride > 0 ? scratch.TakeZeroed<double>(partialStride * partialUnits) : null;

        if (split.IsTiled) ExecuteTiles(scratch);
        else Workers.For(window.Batches * split.Blocks, foldedRows > 0 ? runFoldedUnit : runUnit);

        if (sums > 0) RowSums.Combine(signature, launch, partials, partialUnits, partialStride);
        if (initial) RowSums.Combine((double*)state.InitialAdjoint, partials + (long)sums * width, partialUnits, partialStride, width);
        this.launch = null!;
    }

    void RunUnit(int unit)
    {
        var batch = window.FirstBatch + unit / split.Blocks;
        var first = unit % split.Blocks * split.BlockWidth;
        var end = Math.Min(launch.Width, first + split.BlockWidth);
        var scratch = Scratch.OfTask();
        var carry = scratch.Take<float>(launch.Width);
        var valid = window.Valid(launch.ValidSteps(batch));
        var walk = new ScanWalk<TBody, V>(launch, window, batch, first, end, zeros, sequenceMode);
        if (backward)
        {
            var partial = partials + (batch - window.FirstBatch) * partialStride;
            var cursor = CursorBackward(scratch);
            var rowSums = new RowSums(cursor, TBody.Signature, launch, scratch, partial, first, end);
            walk.TakeEndAdjoint(carry);
            walk.Backward(cursor, ref rowSums, window.FirstStep, window.FirstStep + valid, carry, Initial(partial));
            walk.LeaveStartAdjoint(carry, Initial(partial));
            rowSums.Flush();
        }
        else
        {
            var cursor = CursorForward(scratch);
            walk.TakeStart(carry);
            walk.Forward(cursor, window.FirstStep, window.FirstStep + valid, carry);
            walk.LeaveEnd(carry);
        }
    }

    FrameCursor CursorForward(Scratch scratch) => LookAhead(FrameCursor.Forward(scratch, TBody.Signature, launch, nonTemporalLanes), scratch, null);

    FrameCursor CursorBackward(Scratch scratch) => LookAhead(FrameCursor.Backward(scratch, TBody.Signature, launch, zeros, nonTemporalLanes), scratch, TBody.Signature.AdjointReads);

    // with more arithmetic the hardware has the time to look ahead itself
    FrameCursor LookAhead(FrameCursor cursor, Scratch scratch, bool[]? reads)
        => nonTemporalLanes > 0 && Planner.IsLight(TBody.Signature.Arithmetic) ? cursor.LookingAhead(scratch, reads, launch.Width) : cursor;

    // partial sums of the initial state's adjoint follow those of the streams
    double* Initial(double* partial) => launch.States[0].InitialAdjoint != 0 ? partial + (long)sums * launch.Width : null;
}
