using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels;
using Recurve.Onnx;

namespace Recurve.Plans;

/// <summary>A state that is never assigned: where it started, or its initial value since the last reset.</summary>
internal sealed class HoldStage(int state, int width) : Stage([], [width], state)
{
    public override string Describe() => $"Hold {ResultWidths[0]} channels";

    public override void Export(OnnxPlan plan) => plan.Set(Results[0], plan.InEveryStep(plan.StartOf(States[0]), ResultWidths[0]));

    public override StageRun Bind(Run run) => new HoldRun(this, run);

    public override StageRun Bind(Run run, Accelerator device) => new HoldOnDevice(this, run, device);
}

internal sealed unsafe class HoldRun(HoldStage stage, Run run) : StageRun
{
    readonly Walk walk = run.WalkOf(Rate.PerStep);
    readonly Rows held = run.ValueOf(stage.Results[0]);
    readonly StateCells state = new(run, stage.States[0]);
    readonly int width = stage.ResultWidths[0];

    public override void Forward(in Window window)
    {
        if (run.Slices is not null) state.CarryForward(Leave);
        for (var b = window.B0; b < window.B1; b++)
        {
            var length = walk.Length(b);
            var row = state.Start(b);
            for (var (n, t) = (0, walk.First(b)); n < length; n++, t += walk.Stride)
            {
                if (walk.IsReset(b, t)) row = state.Initial;
                RowMath.Copy(held.At(b, t), row, width);
            }
            RowMath.Copy(state.End(b), row, width);
        }
    }

    public override void BeginBackward(int groups) => state.BeginBackward(groups: 1);

    public override void Backward(in Window window)
    {
        var adjoint = run.AdjointOf(stage, 0);
        if (run.Slices is not null) state.CarryBackward(LeaveAdjoint);
        var carry = Storage.Rent(width);
        for (var b = window.B0; b < window.B1; b++)
        {
            var end = state.EndAdjoint(b);
            if (end == null) RowMath.Clear(carry.Pointer, width);
            else RowMath.Copy(carry.Pointer, end, width);
            for (var (n, t) = (walk.Length(b), walk.Last(b)); n > 0; n--, t -= walk.Stride)
            {
                RowMath.Add(carry.Pointer, adjoint.At(b, t), width);
                if (!walk.IsReset(b, t)) continue;
                state.AddInitial(0, carry.Pointer);
                RowMath.Clear(carry.Pointer, width);
            }
            state.SetStartAdjoint(0, b, carry.Pointer);
        }
        carry.Return();
    }

    public override void EndBackward() => state.EndBackward();

    // a slice passes on what came to it, unless there is a reset
    bool Leave(int b, nint row)
    {
        if (walk.Length(b) == 0 || !walk.HasReset(b, walk.First(b), walk.Last(b))) return true;
        RowMath.Copy((float*)row, state.Initial, width);
        return false;
    }

    // up to the first reset every step reads what came to the slice
    bool LeaveAdjoint(int b, nint row)
    {
        for (var (n, t) = (0, walk.First(b)); n < walk.Length(b); n++, t += walk.Stride)
        {
            if (walk.IsReset(b, t)) return false;
            RowMath.Add((float*)row, run.AdjointOf(stage, 0).At(b, t), width);
        }
        return true;
    }
}
