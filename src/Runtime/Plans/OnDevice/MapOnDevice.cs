using Recurve.Devices;
using Recurve.Devices.Skeletons;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>A fused elementwise kernel on a device.</summary>
internal sealed class MapOnDevice(Stage stage, DeviceMap map, Launch forward, Func<Launch> backward, Run run, Accelerator device) : StageRun
{
    readonly nint lengths = stage.Rate == Rate.PerStep ? run.Lengths : 0;
    Launch launch = null!;
    DeviceMap.MapAdjoint? steps;

    public override void Forward(in Window window) => map.Forward(device, forward, Rows(window), lengths);

    public override void BeginBackward(int groups) => launch = backward();

    public override void Backward(in Window window) => (steps ??= map.Bind(device, launch, Rows(window))).Run(Rows(window), lengths);

    public override void EndBackward()
    {
        steps?.Complete();
        steps?.Dispose();
        steps = null;
    }

    static Kernels.Window Rows(in Window window) => new(window.B0, window.B1, window.T0, window.T1);
}
