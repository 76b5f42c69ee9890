using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>The value of one step before, on a device: every row at once.</summary>
internal sealed class DelayOnDevice(DelayStage stage, Run run, Accelerator device) : StageRun
{
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
        else if (target.IsSum) state.AddNextAdjoints(target.Sum, adjoint);
        state.GiveStartAdjoint(adjoint);
    }

    public override void EndBackward() { }
}
