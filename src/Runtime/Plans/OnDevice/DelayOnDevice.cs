using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>The value of one step before, on a device: every row at once.</summary>
internal sealed class DelayOnDevice(DelayStage stage, Run run, Accelerator device) : StageRun
{
    readonly Walk walk = run.WalkOf(Rate.PerStep);
    readonly Rows next = run.ValueOf(stage.Operands[0]), old = run.ValueOf(stage.Results[0]);
    readonly StateOnDevice state = new(run, stage.States[0], device);

    public override void Forward(in Window window)
    {
        // what a slice leaves behind is its last value
        if (run.Slices is not null)
        {
            state.Carry(isBackward: false, run.Empty, left =>
            {
                var zeros = state.RentRows(clear: true);
                state.RowsFrom(zeros.Address).WriteEnd(left.Address, next);
                zeros.Return();
            });
        }
        state.Rows.WriteOld(old, next, run.Space);
        state.Rows.WriteEnd(state.End, next);
    }

    public override void BeginBackward(int groups) { }

    public override void Backward(in Window window)
    {
        var (adjoint, target) = (run.AdjointOf(stage, 0), run.TargetOf(stage, 0));
        if (run.Slices is not null) state.Carry(isBackward: true, run.Empty, left => state.Rows.WriteStartAdjoint(left.Address, adjoint, end: 0));
        if (target.IsRows) state.Rows.WriteNextAdjoint(target.Rows, target.Mode == StoreMode.Add, adjoint, state.EndAdjoint, run.Space);
        else if (target.IsSum) AddSums(adjoint, target.Sum);
        var start = state.RentRows();
        state.Rows.WriteStartAdjoint(start.Address, adjoint, state.EndAdjoint);
        state.GiveStart(start.Address);
        start.Return();
        if (walk.Resets != 0 && state.InitialTotal != 0) device.AddRowSums(state.InitialTotal, adjoint, run.Space, state.Width, walk.Resets);
    }

    public override void EndBackward() { }

    void AddSums(Rows adjoint, nint total)
    {
        var storage = Storage.Rent(device.Device, run.Space.Rows * state.Width);
        Rows rows = new(storage.Address, (long)walk.Steps * state.Width, state.Width);
        state.Rows.WriteNextAdjoint(rows, add: false, adjoint, state.EndAdjoint, run.Space);
        device.AddRowSums(total, rows, run.Space, state.Width);
        storage.Return();
    }
}
