using Recurve.Kernels;

namespace Recurve.Devices.Skeletons;

/// <summary>
/// Runs a recurrence within channels on a device: an item takes a channel of a sequence through all its steps (Forward.cl, Backward.cl). As the kernels of the
/// processor, on addresses of the device; results depend on the shape alone.
/// </summary>
/// <param name="body">Its step.</param>
/// <param name="adaptor">The file that makes a step of the body's functions; none where the body has one.</param>
internal sealed class DeviceRecurrence(DeviceBody body, params string[] adaptor)
{
    /// <summary>Writes the new states and the outputs of every valid step of the window, and its end states.</summary>
    /// <param name="device">Where.</param>
    /// <param name="launch">On what; its Lengths are not read.</param>
    /// <param name="window">Batches and processing steps.</param>
    /// <param name="lengths">Valid steps of each batch, as ints on the device; 0: all.</param>
    public void Forward(Accelerator device, RecurrentLaunch launch, Window window, nint lengths = 0)
    {
        var signature = DeviceSignature.Of(body.Signature, launch);
        var arguments = Begin(signature, launch, window, lengths);
        arguments.Add((nint)0, 1, (nint)0, (nint)0).AddStreams().AddOutputs(backward: false).AddStates(launch, backward: false).AddFixed();
        device.Launch(ProgramOf(signature, backward: false), "walk_forward", Grid.Over((long)window.Batches * launch.Width), arguments.Span);
    }

    /// <summary>
    /// From the adjoints of outputs, states and end states: writes the adjoints of streams and of the window's start states, adds to the sums over rows and
    /// to the adjoints of the initial state. Needs the state sequence and the start states of the forward pass.
    /// </summary>
    /// <inheritdoc cref="Forward"/>
    public void Backward(Accelerator device, RecurrentLaunch launch, Window window, nint lengths = 0)
    {
        var signature = DeviceSignature.Of(body.Signature, launch);
        var program = ProgramOf(signature, backward: true);
        using var sums = DeviceSums.Of(device, signature, launch, window.Batches);
        var arguments = Begin(signature, launch, window, lengths);
        arguments.Add((nint)0, sums?.Partials ?? 0, arguments.Added)
            .AddStreams().AddOutputs(backward: true).AddTargets().AddStates(launch, backward: true).AddFixed();
        device.Launch(program, "walk_backward", Grid.Over((long)window.Batches * launch.Width), arguments.Span);
        sums?.Complete(program);
    }

    /// <summary>The text of one direction.</summary>
    public DeviceProgram ProgramOf(DeviceSignature signature, bool backward) => body.ProgramOf(
        signature, backward, backward ? ["Rows.cl", "Adjoints.cl", "Recurrence.cl", .. adaptor, "Backward.cl"] : ["Rows.cl", "Recurrence.cl", .. adaptor, "Forward.cl"]);

    static unsafe DeviceArguments Begin(DeviceSignature signature, RecurrentLaunch launch, Window window, nint lengths) => new DeviceArguments(signature, launch).Add(
        launch.Width, window.FirstBatch, window.Batches, launch.Steps, window.FirstStep, window.EndStep, Math.Max(1, window.Steps), launch.Reverse ? 1 : 0,
        lengths, (nint)launch.Resets);
}
