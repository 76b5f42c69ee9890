using Recurve.Contracts;

namespace Recurve.Kernels.Map;

/// <summary>
/// One call of a map: its rows cut into tasks of about <see cref="TaskElements"/> elements. The cut depends on the shape alone.
/// </summary>
internal sealed unsafe class MapJob<TBody, V>
    where TBody : struct, IMapBody
    where V : unmanaged, ILane<V>
{
    const int TaskElements = 1 << 16;

    readonly Action<int> run;
    Launch launch = null!;
    Window window;
    bool backward;
    int stepsPerTask, timeTasks, batchesPerTask, foldedRows, nonTemporalLanes;
    double* partials;
    float* zeros;
    long partialStride;

    // kept, so that a call allocates nothing
    public MapJob() => run = Run;

    public void Execute(Launch launch, Window window, bool backward)
    {
        if (launch.Width == 0 || window.Batches == 0 || window.Steps == 0) return;
        (this.launch, this.window, this.backward) = (launch, window, backward);
        var rowsPerTask = Math.Max(1, TaskElements / launch.Width);
        stepsPerTask = Math.Min(window.Steps, rowsPerTask);
        timeTasks = (window.Steps + stepsPerTask - 1) / stepsPerTask;
        batchesPerTask = Math.Max(1, rowsPerTask / window.Steps);
        var tasks = timeTasks * ((window.Batches + batchesPerTask - 1) / batchesPerTask);
        nonTemporalLanes = Traffic.NonTemporalLanes<V>(window, launch.Width);

        var sums = backward ? RowSums.Count(TBody.Signature, launch) : 0;
        partialStride = (long)sums * launch.Width;
        var scratch = Scratch.OfPreparation();
        if (sums > 0) partials = scratch.Take<double>(partialStride * tasks);
        foldedRows = sums == 0 && IsFlat() ? stepsPerTask : Fold.RowsOf<V>(launch.Width, stepsPerTask);
        zeros = backward ? scratch.TakeZeroed<float>(launch.Width) : null;

        if (tasks == 1) Run(0);
        else Workers.For(tasks, run);
        if (sums > 0) RowSums.Combine(TBody.Signature, launch, partials, tasks, partialStride);
        this.launch = null!;
    }

    void Run(int task)
    {
        var scratch = Scratch.OfTask();
        var signature = TBody.Signature;
        var cursor = backward
            ? FrameCursor.Backward(scratch, signature, launch, zeros, nonTemporalLanes)
            : FrameCursor.Forward(scratch, signature, launch, nonTemporalLanes);
        var sums = backward
            ? new RowSums(cursor, signature, launch, scratch, partials + task * partialStride, 0, launch.Width, Math.Max(1, foldedRows))
            : default;
        var fold = foldedRows > 0 ? new Fold(cursor, scratch, launch.Width, foldedRows) : default;

        var first = window.FirstStep + task % timeTasks * stepsPerTask;
        var batch = window.FirstBatch + task / timeTasks * batchesPerTask;
        for (var last = Math.Min(window.EndBatch, batch + batchesPerTask); batch < last; batch++)
        {
            var end = Math.Min(Math.Min(first + stepsPerTask, window.EndStep), launch.Length(batch));
            if (foldedRows > 0) RunFolded(cursor, fold, ref sums, batch, first, end);
            else RunRows(cursor, ref sums, batch, first, end);
        }
        sums.Flush();
    }

    void RunRows(FrameCursor cursor, ref RowSums sums, int batch, int first, int end)
    {
        if (first >= end) return;
        cursor.MoveTo(batch, first, 1);
        for (var step = first; step < end; step++)
        {
            Row(cursor.Table, launch.Width);
            cursor.Advance();
            sums.NextRow();
        }
    }

    void RunFolded(FrameCursor cursor, Fold fold, ref RowSums sums, int batch, int first, int end)
    {
        for (int step = first, rows; step < end; step += rows)
        {
            rows = Math.Min(foldedRows, end - step);
            cursor.MoveTo(batch, step, 1);
            fold.Gather(batch, step, rows);
            Row(cursor.Table, (nint)launch.Width * rows);
            fold.Scatter(batch, step, rows);
            sums.NextRow();
        }
    }

    void Row(FrameTable* table, nint width)
    {
        if (backward) MapRows<TBody, V>.Adjoint(table, width);
        else MapRows<TBody, V>.Forward(table, width);
    }

    // the rows of a batch follow each other without gaps: one long row
    bool IsFlat()
    {
        var width = launch.Width;
        foreach (var rows in launch.Streams) if (rows.StepStride != width) return false;
        foreach (var rows in backward ? launch.OutputAdjoints : launch.Outputs) if (!rows.IsNull && rows.StepStride != width) return false;
        if (backward)
            foreach (var target in launch.StreamAdjoints) if (!target.Rows.IsNull && target.Rows.StepStride != width) return false;
        return true;
    }
}
