using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>A loop over time on a device: all batches go through one step of the inner stages after the other.</summary>
internal sealed class LoopOnDevice(LoopStage stage, Run run, Accelerator device) : StageRun
{
    readonly Walk walk = run.WalkOf(Rate.PerStep);
    readonly StageRun[] inner = [.. stage.Inner.Select(run.BoundOf)];
    readonly StateOnDevice[] states = [.. stage.States.Select(s => new StateOnDevice(run, s, device))];
    readonly Rows[] old = [.. stage.Results.Select(run.ValueOf)], next = [.. stage.Operands.Select(run.ValueOf)];
    StageRun[] live = [];
    Storage[] carries = [], initial = [];

    public override void BeginForward()
    {
        foreach (var run in inner) run.BeginForward();
    }

    public override void Forward(in Window window)
    {
        for (var (n, t) = (0, walk.Reverse ? walk.Steps - 1 : 0); n < walk.Steps; n++, t += walk.Stride)
        {
            for (var s = 0; s < states.Length; s++) states[s].Rows.WriteOld(old[s], next[s], SpaceOf(t));
            foreach (var run in inner) run.Forward(StepOf(t));
        }
        for (var s = 0; s < states.Length; s++) states[s].Rows.WriteEnd(states[s].End, next[s]);
    }

    public override void BeginBackward(int groups)
    {
        carries = [.. states.Select(s => s.RentRows(clear: true))];
        initial = [.. states.Select(s => s.RentSums())];
        for (var s = 0; s < states.Length; s++)
        {
            if (states[s].EndAdjoint is not 0 and var end) device.Copy(end, carries[s].Address, (long)walk.Batches * states[s].Width * sizeof(float));
        }
        live = [.. stage.Inner.Where(run.IsLive).Select(run.BoundOf).Reverse()];
        foreach (var run in live) run.BeginBackward(groups: 1);
    }

    public override void Backward(in Window window)
    {
        Rows[] adjoints = [.. stage.Results.Select((_, i) => run.AdjointOf(stage, i))];
        AdjointTarget[] targets = [.. stage.Operands.Select((_, i) => run.TargetOf(stage, i))];
        for (var (n, t) = (0, walk.Reverse ? 0 : walk.Steps - 1); n < walk.Steps; n++, t -= walk.Stride)
        {
            for (var s = 0; s < states.Length; s++) GiveCarry(targets[s], new(carries[s].Address, states[s].Width, 0), SpaceOf(t), states[s].Width);
            foreach (var run in live) run.Backward(StepOf(t));
            for (var s = 0; s < states.Length; s++) states[s].Rows.TakeCarry(carries[s].Address, initial[s].Address, adjoints[s], SpaceOf(t));
        }
    }

    public override void EndBackward()
    {
        foreach (var run in live) run.EndBackward();
        for (var s = 0; s < states.Length; s++)
        {
            states[s].GiveStart(carries[s].Address);
            states[s].GiveInitial(initial[s]);
            carries[s].Return();
            initial[s].Return();
        }
    }

    public override void Release()
    {
        foreach (var run in inner) run.Release();
    }

    void GiveCarry(AdjointTarget target, Rows carry, RowSpace space, int width)
    {
        if (target.IsSum) device.AddRowSums(target.Sum, carry, space, width);
        else if (!target.IsRows) return;
        else if (target.Mode == StoreMode.Add) device.AddRows(target.Rows, carry, space, width);
        else device.CopyRows(target.Rows, carry, space, width);
    }

    RowSpace SpaceOf(int step) => run.SpaceOf(Rate.PerStep, StepOf(step));

    Window StepOf(int step) => new(0, walk.Batches, step, step + 1, 0, false);
}
