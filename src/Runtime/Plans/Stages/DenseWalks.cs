using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Dense;

namespace Recurve.Plans;

/// <summary>The vectors of each batch, one sequence after the other.</summary>
internal abstract unsafe class DenseStateWalk(DenseStage of, Run run)
    : DenseWalk(of.Width, run.WalkOf(Rate.PerStep).Batches * of.Layout.Vectors)
{
    protected readonly DenseStage stage = of;
    protected readonly Walk walk = run.WalkOf(Rate.PerStep);
    protected readonly DenseLayout layout = of.Layout;

    public override int Length(int sequence) => walk.Length(BatchOf(sequence));

    protected int BatchOf(int sequence) => sequence / layout.Vectors;

    protected int VectorOf(int sequence) => sequence % layout.Vectors;
}

/// <summary>Forward: the states, from step to step.</summary>
internal sealed unsafe class DenseForward(DenseStage of, Run run, StateCells[] states) : DenseStateWalk(of, run)
{
    readonly (Rows Rows, int Start, int Width)[] offsets
        = [.. of.Offsets.Select(o => (run.ValueOf(of.Operands[o.Operand]), of.Starts[o.State], of.Sizes[o.State]))];
    readonly Rows sequences = run.ValueOf(of.Results[0]), old = of.Results.Length > 1 ? run.ValueOf(of.Results[1]) : default;

    public override void TakeStart(int sequence, float* row)
    {
        for (var s = 0; s < states.Length; s++)
            layout.Take(row + stage.Starts[s], states[s].Start(BatchOf(sequence)), VectorOf(sequence), stage.Sizes[s]);
    }

    public override void LeaveEnd(int sequence, float* row)
    {
        for (var s = 0; s < states.Length; s++)
            layout.Put(states[s].End(BatchOf(sequence)), VectorOf(sequence), row + stage.Starts[s], stage.Sizes[s]);
    }

    public override bool IsCut(int sequence, int first, int end)
    {
        var batch = BatchOf(sequence);
        return walk.HasReset(batch, walk.RowOf(batch, first), walk.RowOf(batch, end - 1));
    }

    public override void Enter(int sequence, int step, float* c, float* next, bool writes)
    {
        var (batch, vector) = (BatchOf(sequence), VectorOf(sequence));
        var t = walk.RowOf(batch, step);
        if (walk.IsReset(batch, t))
        {
            for (var s = 0; s < states.Length; s++) layout.Take(c + stage.Starts[s], states[s].Initial, vector, stage.Sizes[s]);
        }
        if (writes && !old.IsNull) layout.Put(old.At(batch, t), vector, c, Width);
        if (offsets.Length < states.Length) RowMath.Clear(next, Width);
        foreach (var (rows, start, width) in offsets)
        {
            var row = rows.At(batch, t);
            layout.Take(next + start, row, vector, width);
            layout.Prefetch(row + walk.Stride * rows.StepStride, vector, width);
        }
    }

    public override void Leave(int sequence, int step, float* next, bool writes)
    {
        if (!writes) return;
        var batch = BatchOf(sequence);
        var row = sequences.At(batch, walk.RowOf(batch, step));
        layout.Put(row, VectorOf(sequence), next, Width);
        layout.Prefetch(row + walk.Stride * sequences.StepStride, VectorOf(sequence), Width);
    }
}

/// <summary>Backward: c, the adjoint that a step hands to the one before; λ is written at every step.</summary>
internal sealed unsafe class DenseBackward(DenseStage of, Run run, StateCells[] states, Rows lambda) : DenseStateWalk(of, run)
{
    readonly Rows adjoints = run.AdjointOf(of, 0), old = of.Results.Length > 1 ? run.AdjointOf(of, 1) : default;
    readonly Storage starts = Storage.Rent((long)run.WalkOf(Rate.PerStep).Batches * of.ResultWidths[0]);

    public override void TakeStart(int sequence, float* row)
    {
        for (var s = 0; s < states.Length; s++)
        {
            var end = states[s].EndAdjoint(BatchOf(sequence));
            if (end == null) RowMath.Clear(row + stage.Starts[s], stage.Sizes[s]);
            else layout.Take(row + stage.Starts[s], end, VectorOf(sequence), stage.Sizes[s]);
        }
    }

    public override void LeaveEnd(int sequence, float* row) => layout.Put(StartOf(BatchOf(sequence)), VectorOf(sequence), row, Width);

    public override bool IsCut(int sequence, int first, int end)
    {
        var batch = BatchOf(sequence);
        return walk.HasReset(batch, RowOf(batch, first), RowOf(batch, end - 1));
    }

    public override void Enter(int sequence, int step, float* c, float* next, bool writes)
    {
        var (batch, vector) = (BatchOf(sequence), VectorOf(sequence));
        var t = RowOf(batch, step);
        var adjoint = adjoints.At(batch, t);
        layout.AddTaken(c, adjoint, vector, Width);
        layout.Prefetch(adjoint - walk.Stride * adjoints.StepStride, vector, Width);
        if (writes) RowMath.Copy(lambda.At(sequence, t), c, Width);
        if (old.IsNull) RowMath.Clear(next, Width);
        else layout.Take(next, old.At(batch, t), vector, Width);
    }

    public override void Leave(int sequence, int step, float* next, bool writes)
    {
        var batch = BatchOf(sequence);
        if (walk.IsReset(batch, RowOf(batch, step))) RowMath.Clear(next, Width);
    }

    /// <summary>When every sequence has left its end: hands out what leaves at the starts.</summary>
    public void Complete()
    {
        for (var b = 0; b < walk.Batches; b++)
        {
            for (var s = 0; s < states.Length; s++) states[s].SetStartAdjoint(0, b, StartOf(b) + stage.Starts[s]);
        }
        starts.Return();
    }

    float* StartOf(int batch) => starts.Pointer + (long)batch * stage.ResultWidths[0];

    int RowOf(int batch, int step) => walk.RowOf(batch, walk.Length(batch) - 1 - step);
}
