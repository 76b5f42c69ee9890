using Recurve.Devices;
using Recurve.Devices.Skeletons;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>A recurrence within channels on a device.</summary>
internal sealed class RecurrentOnDevice(RecurrentStage stage, DeviceRecurrence kernel, Run run, Accelerator device) : StageRun
{
    readonly RecurrentLaunch forward = stage.ForwardOf(run);
    RecurrentLaunch? backward;

    public override void Forward(in Window window) => kernel.Forward(device, forward, run.WholeWindow, run.Lengths);

    public override StageOutcome? Outcome => stage.HasChoice ? new(kernel.Course) : null;

    public override void BeginBackward(int groups) => backward = stage.BackwardOf(run);

    public override void Backward(in Window window) => kernel.Backward(device, backward!, run.WholeWindow, run.Lengths);

    public override void EndBackward() { }
}
