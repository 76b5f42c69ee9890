using Recurve.Devices;

namespace Recurve.Plans;

/// <summary>A state that is never assigned, on a device.</summary>
internal sealed class HoldOnDevice(HoldStage stage, Run run, Accelerator device) : StageRun
{
    readonly StateOnDevice state = new(run, stage.States[0], device);

    public override void Forward(in Window window) => state.Rows.Hold(run.ValueOf(stage.Results[0]), state.End);

    public override void BeginBackward(int groups) { }

    public override void Backward(in Window window)
    {
        Storage start = state.RentRows(), initial = state.RentSums();
        state.Rows.HoldAdjoint(start.Address, initial.Address, run.AdjointOf(stage, 0), state.EndAdjoint);
        state.GiveStart(start.Address);
        state.GiveInitial(initial);
        start.Return();
        initial.Return();
    }

    public override void EndBackward() { }
}
