using Recurve.Kernels;

namespace Recurve.Devices.Skeletons;

/// <summary>A recurrence split in time that goes over the memory once (Chain.cuh).</summary>
/// <param name="device">Where.</param>
/// <param name="maps">How steps compose.</param>
/// <param name="states">Of a channel.</param>
/// <param name="width">Channels.</param>
/// <param name="shape">Of its tiles.</param>
/// <param name="window">Batches and steps.</param>
internal sealed class DeviceChain(Accelerator device, StepMaps maps, int states, int width, ChainShape shape, Window window)
{
    // a piece's map beside the tile's must fit into registers
    public const int MostNumbers = 6;

    public TimeTiles Cut { get; } = TimeTiles.Of(shape.TileSteps, window);

    /// <summary>Null: not on this device, or not for this shape and class.</summary>
    /// <param name="device">Where.</param>
    /// <param name="signature">Of the launch.</param>
    /// <param name="maps">How steps compose.</param>
    /// <param name="width">Channels.</param>
    /// <param name="window">Batches and steps.</param>
    /// <param name="kept">Numbers that are kept of a step of a channel.</param>
    public static DeviceChain? Of(Accelerator device, DeviceSignature signature, StepMaps maps, int width, Window window, int kept)
        => width > 0 && maps.Numbers <= MostNumbers && DevicePlanner.Chain(device.Chaining, width, window, kept, maps.SummaryNumbers) is { } shape
            ? new(device, maps, signature.Body.States, width, shape, window) : null;

    public delegate ReadOnlySpan<Argument> ArgumentsOf(ReadOnlySpan<Argument> own);

    /// <summary>Runs the kernel with its own arguments: the number of the next tile, the tiles' marks, summaries, and what stands behind them.</summary>
    public void Run(DeviceScratch scratch, DeviceProgram program, string kernel, ArgumentsOf arguments)
    {
        var groups = (long)Cut.Units * ((width - 1) / shape.Channels + 1);
        var marks = scratch.Take((groups + 1) * sizeof(int));
        device.Clear(marks, (groups + 1) * sizeof(int));
        var summaries = scratch.Take(Cut.Units * width * maps.SummaryNumbers * sizeof(double));
        var behind = scratch.Take(Cut.Units * width * states * sizeof(double));
        device.Launch(
            program, kernel, new(groups, ChainShape.Items) { SharedBytes = shape.SharedBytes },
            arguments([shape.Channels, marks + (nint)(groups * sizeof(int)), marks, summaries, behind]));
    }
}
