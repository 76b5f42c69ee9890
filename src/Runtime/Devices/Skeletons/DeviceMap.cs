using Recurve.Kernels;

namespace Recurve.Devices.Skeletons;

/// <summary>Runs an elementwise body over rows on a device (Map.cl), as <see cref="Recurve.Kernels.Map.MapKernel"/> on the processor. Addresses are the device's.</summary>
internal sealed class DeviceMap(DeviceBody body)
{
    // items that keep a device busy; with more work than that an item takes several rows
    const long EnoughItems = 1 << 16;

    // without sums, rows beyond a few only delay the last item; with sums, every item leaves as many numbers as a row has
    const int MostRows = 4, FewestSummedRows = 16, MostSummedRows = 256;

    /// <summary>Writes the outputs of every valid row of the window.</summary>
    /// <param name="device">Where.</param>
    /// <param name="launch">On what; its Lengths are not read.</param>
    /// <param name="window">Batches and steps.</param>
    /// <param name="lengths">Valid steps of each batch, as ints on the device; 0: all.</param>
    public void Forward(Accelerator device, Launch launch, Window window, nint lengths = 0)
    {
        var cut = Cut.Of(window, launch.Width, 1, MostRows);
        var signature = DeviceSignature.Of(body.Signature, launch).Widened(launch, cut.Units * launch.Width, EnoughItems, backward: false);
        device.Launch(
            ProgramOf(body, signature, backward: false), "map_forward", Grid.Over(cut.Units * (launch.Width / signature.Wide)),
            Begin(signature, launch, window, cut, lengths).AddForward().Span);
    }

    /// <summary>Writes the adjoints of the streams of every valid row of the window, and adds the sums over rows.</summary>
    /// <inheritdoc cref="Forward"/>
    public void Adjoint(Accelerator device, Launch launch, Window window, nint lengths = 0)
    {
        using var steps = Bind(device, launch, window);
        steps.Run(window, lengths);
        steps.Complete();
    }

    /// <summary>The adjoint, to be run on one window after the other of the same shape (steps of a loop) before its sums over rows are complete.</summary>
    public MapAdjoint Bind(Accelerator device, Launch launch, Window window) => new(device, body, launch, window);

    public static DeviceProgram ProgramOf(DeviceBody body, DeviceSignature signature, bool backward)
        => body.ProgramOf(signature, backward, backward ? ["Rows.cl", "Adjoints.cl", "Map.cl"] : ["Rows.cl", "Map.cl"]);

    static DeviceArguments Begin(DeviceSignature signature, Launch launch, Window window, Cut cut, nint lengths)
        => new DeviceArguments(signature, launch).Add(launch.Width, window.FirstBatch, window.Batches, window.FirstStep, window.EndStep, cut.Rows, lengths);

    /// <summary>Rows of one item, and how many items a channel has.</summary>
    readonly record struct Cut(int Rows, long Units)
    {
        public static Cut Of(Window window, int width, int least, int most)
        {
            var rows = (long)window.Batches * window.Steps;
            var each = (int)Math.Clamp(rows * width / EnoughItems, least, most);
            return new(each, (rows + each - 1) / each);
        }
    }

    /// <inheritdoc cref="Bind"/>
    internal sealed class MapAdjoint : IDisposable
    {
        readonly Accelerator device;
        readonly Launch launch;
        readonly DeviceSignature signature;
        readonly DeviceProgram program;
        readonly Cut cut;
        readonly DeviceSums? sums;
        bool isAdded;

        public MapAdjoint(Accelerator device, DeviceBody body, Launch launch, Window window)
        {
            (this.device, this.launch) = (device, launch);
            signature = DeviceSignature.Of(body.Signature, launch);
            cut = signature.Summed == 0 ? Cut.Of(window, launch.Width, 1, MostRows) : Cut.Of(window, launch.Width, FewestSummedRows, MostSummedRows);
            signature = signature.Widened(launch, cut.Units * launch.Width, EnoughItems, backward: true);
            program = ProgramOf(body, signature, backward: true);
            sums = DeviceSums.Of(device, signature, launch, cut.Units);
        }

        public void Run(Window window, nint lengths)
        {
            device.Launch(
                program, "map_adjoint", Grid.Over(cut.Units * (launch.Width / signature.Wide)),
                Begin(signature, launch, window, cut, lengths).Add(sums?.Partials ?? 0, isAdded ? 1 : 0).AddBackward().Span);
            isAdded = true;
        }

        /// <summary>Adds the sums over rows to the launch's accumulators.</summary>
        public void Complete()
        {
            if (isAdded) sums?.Complete();
        }

        public void Dispose() => sums?.Dispose();
    }
}
