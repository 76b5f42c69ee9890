using Recurve.Devices;

namespace Recurve.Plans;

/// <summary>A state that is never assigned, on a device.</summary>
internal sealed class HoldOnDevice(HoldStage stage, Run run, Accelerator device) : StageRun
{
    readonly StateOnDevice state = new(run, stage.States[0], device);

    public override void Forward(in Window window)
    {
        // a slice passes on what came to it, unless there is a reset
        if (run.Slices is not null)
        {
            state.Carry(isBackward: false, run.Uncut, left =>
            {
                var zeros = state.RentRows(clear: true);
                state.RowsFrom(zeros.Address).Hold(run.ValueOf(stage.Results[0]), left.Address);
                zeros.Return();
            });
        }
        state.Rows.Hold(run.ValueOf(stage.Results[0]), state.End);
    }

    public override void BeginBackward(int groups) { }

    public override void Backward(in Window window)
    {
        Storage start = state.RentRows(), initial = state.RentSums();
        var adjoint = run.AdjointOf(stage, 0);
        // up to the first reset every step reads what came to the slice
        if (run.Slices is not null) state.Carry(isBackward: true, run.Uncut, left => state.Rows.HoldAdjoint(left.Address, initial.Address, adjoint, end: 0));
        state.Rows.HoldAdjoint(start.Address, initial.Address, adjoint, state.EndAdjoint);
        state.GiveStart(start.Address);
        state.GiveInitial(initial);
        start.Return();
        initial.Return();
    }

    public override void EndBackward() { }
}
