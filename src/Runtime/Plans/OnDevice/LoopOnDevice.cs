using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>
/// A loop over time on a device: in one kernel, where its stages and shape allow that; else all batches go through one step of the inner stages after the other, many steps queued
/// together.
/// </summary>
internal sealed class LoopOnDevice(LoopStage stage, Run run, Accelerator device) : StageRun
{
    const int StepsTogether = 32;

    readonly Walk walk = run.WalkOf(Rate.PerStep);
    readonly StageRun[] inner = [.. stage.Inner.Select(run.BoundOf)];
    readonly StateOnDevice[] states = [.. stage.States.Select(s => new StateOnDevice(run, s, device))];
    readonly Rows[] old = [.. stage.Results.Select(run.ValueOf)], next = [.. stage.Operands.Select(run.ValueOf)];
    PersistentShape? persistent;
    StageRun[] live = [];

    public override StageOutcome? Outcome => persistent is null ? null : new(Course.Serial, Persistent: persistent);

    public override void BeginForward()
    {
        foreach (var run in inner) run.BeginForward();
    }

    public override void Forward(in Window window)
    {
        persistent = PersistentForward.TryRun(stage, run, device, states);
        if (persistent is not null) return;
        Steps(backward: false, t =>
        {
            for (var s = 0; s < states.Length; s++) states[s].Rows.WriteOld(old[s], next[s], SpaceOf(t));
            foreach (var run in inner) run.Forward(StepOf(t));
        });
        for (var s = 0; s < states.Length; s++) states[s].Rows.WriteEnd(states[s].End, next[s]);
    }

    public override void BeginBackward(int groups)
    {
        live = [.. stage.Inner.Where(run.IsLive).Select(run.BoundOf).Reverse()];
        foreach (var run in live) run.BeginBackward(groups: 1);
    }

    public override void Backward(in Window window)
    {
        if (PersistentBackward.TryRun(stage, run, device, states)) return;
        Rows[] adjoints = [.. stage.Results.Select((_, i) => run.AdjointOf(stage, i))];
        AdjointTarget[] targets = [.. stage.Operands.Select((_, i) => run.TargetOf(stage, i))];
        Steps(backward: true, t =>
        {
            for (var s = 0; s < states.Length; s++)
            {
                if (targets[s].IsRows) states[s].Rows.WriteNextAdjoint(targets[s].Rows, targets[s].Mode == StoreMode.Add, adjoints[s], states[s].EndAdjoint, SpaceOf(t));
            }
            foreach (var run in live) run.Backward(StepOf(t));
        });
        for (var s = 0; s < states.Length; s++)
        {
            if (targets[s].IsSum) states[s].AddNextAdjoints(targets[s].Sum, adjoints[s]);
            states[s].GiveStartAdjoint(adjoints[s]);
        }
    }

    // the first step by itself: everything is compiled and bound in it
    void Steps(bool backward, Action<int> step)
    {
        var forward = walk.Reverse == backward;
        int TimeOf(int n) => forward ? n : walk.Steps - 1 - n;
        if (walk.Steps > 0) step(TimeOf(0));
        var done = 1;
        for (; done + StepsTogether <= walk.Steps; done += StepsTogether)
        {
            var first = done;
            device.Together((stage, backward), () =>
            {
                for (var n = first; n < first + StepsTogether; n++) step(TimeOf(n));
            });
        }
        for (; done < walk.Steps; done++) step(TimeOf(done));
    }

    public override void EndBackward()
    {
        foreach (var run in live) run.EndBackward();
    }

    public override void Release()
    {
        foreach (var run in inner) run.Release();
    }

    RowSpace SpaceOf(int step) => run.SpaceOf(Rate.PerStep, StepOf(step));

    Window StepOf(int step) => new(0, walk.Batches, step, step + 1, 0, false);
}
