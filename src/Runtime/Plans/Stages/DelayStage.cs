using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels;
using Recurve.Onnx;

namespace Recurve.Plans;

/// <summary>The value of a signal one step before, in processing order: a state whose new value does not depend on it.</summary>
internal sealed class DelayStage(int state, Signal next) : Stage([next], [next.Width], state)
{
    public override string Describe() => $"Delay of {next.Width} channels";

    public override void Export(OnnxPlan plan)
    {
        var g = plan.Graph;
        var shifted = g.Add("Concat", [g.Add("Unsqueeze", [plan.StartOf(States[0]), g.Integers(0)]), plan.InEveryStep(Operands[0])], new OnnxAttribute("axis", 0L));
        plan.Set(Results[0], g.Add("Slice", [shifted, g.Integers(0), g.Integers(-1), g.Integers(0)]));
    }

    public override StageRun Bind(Run run) => new DelayRun(this, run);

    public override StageRun Bind(Run run, Accelerator device) => new DelayOnDevice(this, run, device);
}

internal sealed unsafe class DelayRun(DelayStage stage, Run run) : StageRun
{
    readonly Walk walk = run.WalkOf(Rate.PerStep);
    readonly Rows next = run.ValueOf(stage.Operands[0]), old = run.ValueOf(stage.Results[0]);
    readonly StateCells state = new(run, stage.States[0]);
    readonly int width = stage.ResultWidths[0];

    public override void Forward(in Window window)
    {
        if (run.Slices is not null) state.CarryForward(Leave);
        if (window.IsWhole && walk.Batches > 1) Workers.For(walk.Batches, ForwardBatch);
        else
        {
            for (var b = window.B0; b < window.B1; b++) ForwardBatch(b);
        }
    }

    void ForwardBatch(int b)
    {
        var length = walk.Length(b);
        var previous = state.Start(b);
        for (var (n, t) = (0, walk.First(b)); n < length; n++, t += walk.Stride)
        {
            RowMath.Copy(old.At(b, t), walk.IsReset(b, t) ? state.Initial : previous, width);
            previous = next.At(b, t);
        }
        RowMath.Copy(state.End(b), previous, width);
    }

    public override void BeginBackward(int groups) => state.BeginBackward(groups: 1);

    public override void Backward(in Window window)
    {
        var (adjoint, target) = (run.AdjointOf(stage, 0), run.TargetOf(stage, 0));
        if (run.Slices is not null) state.CarryBackward(LeaveAdjoint);
        for (var b = window.B0; b < window.B1; b++)
        {
            // c arrives at next(t) from the step after it; at the last one from the end
            var carry = state.EndAdjoint(b);
            for (var (n, t) = (walk.Length(b), walk.Last(b)); n > 0; n--, t -= walk.Stride)
            {
                if (carry != null) state.AddTo(target, b, t, carry);
                else if (target.IsRows && target.Mode == StoreMode.Store) RowMath.Clear(target.Rows.At(b, t), width);
                carry = adjoint.At(b, t);
                if (!walk.IsReset(b, t)) continue;
                state.AddInitial(0, carry);
                carry = null;
            }
            state.SetStartAdjoint(0, b, carry);
        }
    }

    public override void EndBackward() => state.EndBackward();

    // what a slice leaves behind: its last value
    bool Leave(int b, nint row)
    {
        if (walk.Length(b) == 0) return true;
        RowMath.Copy((float*)row, next.At(b, walk.Last(b)), width);
        return false;
    }

    bool LeaveAdjoint(int b, nint row)
    {
        if (walk.Length(b) == 0) return true;
        if (!walk.IsReset(b, walk.First(b))) RowMath.Copy((float*)row, run.AdjointOf(stage, 0).At(b, walk.First(b)), width);
        return false;
    }
}
