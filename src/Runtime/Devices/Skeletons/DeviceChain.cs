using Recurve.Kernels;

namespace Recurve.Devices.Skeletons;

/// <summary>A recurrence split in time that goes over the memory once (Chain.cuh).</summary>
/// <param name="device">Where.</param>
/// <param name="maps">How steps compose.</param>
/// <param name="states">Of a channel.</param>
/// <param name="width">Channels.</param>
/// <param name="cut">Into which tiles.</param>
/// <param name="groups">That run at once and take one piece of work after the other.</param>
internal sealed class DeviceChain(Accelerator device, StepMaps maps, int states, int width, TimeTiles cut, int groups)
{
    // a tile's map and a second look at its steps must fit into registers
    const int MostNumbers = 4;

    public TimeTiles Cut => cut;

    /// <summary>Null: not on this device, or not for this shape and class.</summary>
    public static DeviceChain? Of(Accelerator device, DeviceSignature signature, StepMaps maps, int width, Window window, bool backward)
        => maps.Numbers <= MostNumbers && DevicePlanner.Chain(device.Chaining, width, window, signature.ValuesRead(backward) * sizeof(float)) is var (steps, groups)
            ? new(device, maps, signature.Body.States, width, TimeTiles.Of(steps, window), groups) : null;

    public delegate ReadOnlySpan<Argument> ArgumentsOf(ReadOnlySpan<Argument> own);

    /// <summary>Runs the kernel with its own arguments: the number of the next piece of work, the tiles' marks, summaries, and what stands behind them.</summary>
    public void Run(DeviceScratch scratch, DeviceProgram program, string kernel, ArgumentsOf arguments)
    {
        var channels = cut.Units * width;
        var marks = scratch.Take((channels + 1) * sizeof(int));
        device.Clear(marks, (channels + 1) * sizeof(int));
        var summaries = scratch.Take(channels * maps.SummaryNumbers * sizeof(double));
        var behind = scratch.Take(channels * states * sizeof(double));
        var needed = (channels + Grid.GroupItems - 1) / Grid.GroupItems;
        device.Launch(program, kernel, new(Math.Min(groups, needed), Grid.GroupItems), arguments([marks + (nint)(channels * sizeof(int)), marks, summaries, behind]));
    }
}
