using Recurve.Contracts;
using Recurve.Kernels;
using Recurve.Kernels.Dense;

namespace Recurve.Plans;

/// <summary>Forward: the states, from step to step.</summary>
internal sealed unsafe class DenseForward(DenseStage stage, Run run, StateCells[] states)
    : DenseWalk(stage.Width, run.WalkOf(Rate.PerStep).Batches)
{
    readonly Walk walk = run.WalkOf(Rate.PerStep);
    readonly (Rows Rows, int Start, int Width)[] offsets
        = [.. stage.Offsets.Select(o => (run.ValueOf(stage.Operands[o.Operand]), stage.Starts[o.State], stage.Sizes[o.State]))];
    readonly Rows sequence = run.ValueOf(stage.Results[0]), old = stage.Results.Length > 1 ? run.ValueOf(stage.Results[1]) : default;

    public override int Length(int batch) => walk.Length(batch);

    public override void TakeStart(int batch, float* row)
    {
        for (var s = 0; s < states.Length; s++) RowMath.Copy(row + stage.Starts[s], states[s].Start(batch), stage.Sizes[s]);
    }

    public override void LeaveEnd(int batch, float* row)
    {
        for (var s = 0; s < states.Length; s++) RowMath.Copy(states[s].End(batch), row + stage.Starts[s], stage.Sizes[s]);
    }

    public override bool IsCut(int batch, int first, int end) => walk.HasReset(batch, walk.RowOf(batch, first), walk.RowOf(batch, end - 1));

    public override void Enter(int batch, int step, float* c, float* next, bool writes)
    {
        var t = walk.RowOf(batch, step);
        if (walk.IsReset(batch, t))
        {
            for (var s = 0; s < states.Length; s++) RowMath.Copy(c + stage.Starts[s], states[s].Initial, stage.Sizes[s]);
        }
        if (writes && !old.IsNull) RowMath.Copy(old.At(batch, t), c, Width);
        if (offsets.Length < states.Length) RowMath.Clear(next, Width);
        foreach (var (rows, start, width) in offsets) RowMath.Copy(next + start, rows.At(batch, t), width);
    }

    public override void Leave(int batch, int step, float* next, bool writes)
    {
        if (writes) RowMath.Copy(sequence.At(batch, walk.RowOf(batch, step)), next, Width);
    }
}

/// <summary>Backward: c, the adjoint that a step hands to the one before; λ is written at every step.</summary>
internal sealed unsafe class DenseBackward(DenseStage stage, Run run, StateCells[] states, Rows lambda)
    : DenseWalk(stage.Width, run.WalkOf(Rate.PerStep).Batches)
{
    readonly Walk walk = run.WalkOf(Rate.PerStep);
    readonly Rows sequence = run.AdjointOf(stage, 0), old = stage.Results.Length > 1 ? run.AdjointOf(stage, 1) : default;

    public override int Length(int batch) => walk.Length(batch);

    public override void TakeStart(int batch, float* row)
    {
        for (var s = 0; s < states.Length; s++)
        {
            var end = states[s].EndAdjoint(batch);
            if (end == null) RowMath.Clear(row + stage.Starts[s], stage.Sizes[s]);
            else RowMath.Copy(row + stage.Starts[s], end, stage.Sizes[s]);
        }
    }

    public override void LeaveEnd(int batch, float* row)
    {
        for (var s = 0; s < states.Length; s++) states[s].SetStartAdjoint(0, batch, row + stage.Starts[s]);
    }

    public override bool IsCut(int batch, int first, int end) => walk.HasReset(batch, RowOf(batch, first), RowOf(batch, end - 1));

    public override void Enter(int batch, int step, float* c, float* next, bool writes)
    {
        var t = RowOf(batch, step);
        RowMath.Add(c, sequence.At(batch, t), Width);
        if (writes) RowMath.Copy(lambda.At(batch, t), c, Width);
        if (old.IsNull) RowMath.Clear(next, Width);
        else RowMath.Copy(next, old.At(batch, t), Width);
    }

    public override void Leave(int batch, int step, float* next, bool writes)
    {
        if (walk.IsReset(batch, RowOf(batch, step))) RowMath.Clear(next, Width);
    }

    int RowOf(int batch, int step) => walk.RowOf(batch, walk.Length(batch) - 1 - step);
}
