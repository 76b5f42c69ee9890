using Recurve.Kernels;

namespace Recurve.Devices.Skeletons;

/// <summary>
/// Runs a recurrence within channels on a device, as its kernel on the processor does, on addresses of the device: in one piece, an item for a channel of a sequence
/// (Forward.cl, Backward.cl), or cut into tiles of time (Tiles*.cl). Which, and so every bit of the result, depends on the shape alone.
/// </summary>
internal sealed class DeviceRecurrence
{
    readonly DeviceBody body;
    readonly string[] adaptor;
    readonly StepMaps? forward, backward;

    /// <param name="body">Its step.</param>
    /// <param name="adaptor">The file that makes a step of the body's functions; none where the body has one.</param>
    /// <param name="forward">How steps compose; null: only in one piece.</param>
    /// <param name="backward">How steps against the order do.</param>
    DeviceRecurrence(DeviceBody body, string[] adaptor, StepMaps? forward, StepMaps? backward)
        => (this.body, this.adaptor, this.forward, this.backward) = (body, adaptor, forward, backward);

    /// <summary>Of an <see cref="Contracts.IScanBody"/>.</summary>
    public static DeviceRecurrence Scan(DeviceBody body) => new(body, ["Scan.cl"], StepMaps.Affine(1), StepMaps.Affine(1));

    /// <summary>Of an <see cref="Contracts.ISequentialBody"/>.</summary>
    public static DeviceRecurrence Sequential(DeviceBody body) => new(body, [], null, null);

    /// <summary>Of an <see cref="Contracts.IComposedBody"/>.</summary>
    public static DeviceRecurrence Composed(DeviceBody body, StepClass kind)
        => new(body, [], StepMaps.Of(kind, body.Signature.States), StepMaps.Affine(body.Signature.States));

    /// <summary>What the last forward call chose.</summary>
    public Course Course { get; private set; }

    /// <summary>Writes the new states and the outputs of every valid step of the window, and its end states.</summary>
    /// <param name="device">Where.</param>
    /// <param name="launch">On what; its Lengths are not read.</param>
    /// <param name="window">Batches and processing steps.</param>
    /// <param name="lengths">Valid steps of each batch, as ints on the device; 0: all.</param>
    public void Forward(Accelerator device, RecurrentLaunch launch, Window window, nint lengths = 0)
    {
        var signature = DeviceSignature.Of(body.Signature, launch);
        var cut = TimeTiles.Of(forward, launch.Width, window);
        Course = cut.IsSplit ? Course.Split : Course.Serial;
        var program = ProgramOf(signature, backward: false, cut.IsSplit);
        using var tiles = new TileMemory(device, cut, forward, body.Signature.States, launch.Width);
        if (cut.IsSplit)
        {
            Run("summarise_forward", cut.Units, Own().Add(tiles.Summaries));
            Run("fold_forward", window.Batches, Own().Add(tiles.Summaries, tiles.Carries));
        }
        Run("walk_forward", cut.Units, Own().Add(tiles.Carries, cut.Tiles, (nint)0, (nint)0));

        DeviceArguments Own() => Begin(signature, launch, window, cut, lengths);

        void Run(string kernel, long units, DeviceArguments arguments) => device.Launch(
            program, kernel, Grid.Over(units * launch.Width), arguments.AddStreams().AddOutputs(backward: false).AddStates(launch, backward: false).AddFixed().Span);
    }

    /// <summary>
    /// From the adjoints of outputs, states and end states: writes the adjoints of streams and of the window's start states, adds to the sums over rows and
    /// to the adjoints of the initial state. Needs the state sequence and the start states of the forward pass.
    /// </summary>
    /// <inheritdoc cref="Forward"/>
    public void Backward(Accelerator device, RecurrentLaunch launch, Window window, nint lengths = 0)
    {
        var signature = DeviceSignature.Of(body.Signature, launch);
        var cut = TimeTiles.Of(backward, launch.Width, window);
        var program = ProgramOf(signature, backward: true, cut.IsSplit);
        using var tiles = new TileMemory(device, cut, backward, body.Signature.States, launch.Width);
        using var sums = DeviceSums.Of(device, signature, launch, cut.Units);
        if (cut.IsSplit)
        {
            Run("summarise_backward", cut.Units, Own().Add(tiles.Summaries));
            Run("fold_backward", window.Batches, Own().Add(tiles.Summaries, tiles.Carries));
        }
        Run("walk_backward", cut.Units, Own().Add(tiles.Carries, sums?.Partials ?? 0));
        sums?.Complete(program);

        DeviceArguments Own() => Begin(signature, launch, window, cut, lengths);

        void Run(string kernel, long units, DeviceArguments arguments) => device.Launch(
            program, kernel, Grid.Over(units * launch.Width),
            arguments.Add(arguments.Added).AddStreams().AddOutputs(backward: true).AddTargets().AddStates(launch, backward: true).AddFixed().Span);
    }

    /// <summary>The text of one direction.</summary>
    public DeviceProgram ProgramOf(DeviceSignature signature, bool backward, bool isSplit)
    {
        var direction = backward ? "Backward" : "Forward";
        var maps = (backward ? this.backward : forward)?.Files;
        string[] adjoints = backward ? ["Adjoints.cl"] : [], tiles = isSplit ? ["Bounds.cl", .. maps!, "Tiles.cl", $"Tiles{direction}.cl"] : [];
        return body.ProgramOf(signature, backward, ["Rows.cl", .. adjoints, "Recurrence.cl", .. adaptor, $"{direction}.cl", .. tiles]);
    }

    static unsafe DeviceArguments Begin(DeviceSignature signature, RecurrentLaunch launch, Window window, TimeTiles cut, nint lengths)
        => new DeviceArguments(signature, launch).Add(
            launch.Width, window.FirstBatch, window.Batches, launch.Steps, window.FirstStep, window.EndStep, cut.Steps, launch.Reverse ? 1 : 0,
            lengths, (nint)launch.Resets);
}

/// <summary>How the sequences of a window are cut.</summary>
/// <param name="Steps">Of a tile, at least 1.</param>
/// <param name="Tiles">Of a sequence.</param>
/// <param name="Units">Tiles of all sequences.</param>
internal readonly record struct TimeTiles(int Steps, int Tiles, long Units)
{
    public bool IsSplit => Tiles > 1;

    /// <param name="maps">How steps compose; null: they do not.</param>
    /// <param name="width">Channels.</param>
    /// <param name="window">Batches and steps.</param>
    public static TimeTiles Of(StepMaps? maps, int width, Window window)
    {
        var steps = maps is null ? 0 : DevicePlanner.TileSteps(width, window);
        if (steps == 0) steps = Math.Max(1, window.Steps);
        var tiles = Math.Max(1, (window.Steps + steps - 1) / steps);
        return new(steps, tiles, (long)tiles * window.Batches);
    }
}

/// <summary>What tiles hand to each other; nothing where there is one.</summary>
internal sealed class TileMemory : IDisposable
{
    readonly Accelerator device;

    public TileMemory(Accelerator device, TimeTiles cut, StepMaps? maps, int states, int width)
    {
        this.device = device;
        if (!cut.IsSplit || cut.Units == 0 || width == 0) return;
        Summaries = device.Allocate(cut.Units * maps!.SummaryNumbers * width * sizeof(double));
        Carries = device.Allocate(cut.Units * states * width * sizeof(float));
    }

    /// <summary>(unit, number, channel).</summary>
    public nint Summaries { get; }

    /// <summary>(unit, state, channel): before each tile, or after it against the order.</summary>
    public nint Carries { get; }

    public void Dispose()
    {
        if (Summaries != 0) device.Free(Summaries);
        if (Carries != 0) device.Free(Carries);
    }
}
