using Recurve.Kernels;

namespace Recurve.Devices.Skeletons;

/// <summary>
/// Runs a recurrence within channels on a device, as its kernel on the processor does, on addresses of the device: in one piece, an item for a channel of a sequence
/// (Forward.cl, Backward.cl), or cut into tiles of time (Tiles*.cl). Which, and so every bit of the result, depends on the shape alone.
/// </summary>
internal sealed class DeviceRecurrence
{
    // of a scan, so that two groups of a chain have registers
    const int MostChainStreams = 4;

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

    /// <summary>Of an <see cref="Contracts.INewtonBody"/>, step by step, and its backward pass.</summary>
    public static DeviceRecurrence Solved(DeviceBody body) => new(body, [], null, StepMaps.Affine(body.Signature.States));

    bool IsScan => adaptor is ["Scan.cl"];

    /// <summary>Whether steps compose in a direction, so that time can be split.</summary>
    public bool Composes(bool backward) => (backward ? this.backward : forward) is not null;

    /// <summary>Whether that goes in one pass where groups can wait for each other.</summary>
    public bool Chains(bool backward) => (backward ? this.backward : forward) is { Numbers: <= DeviceChain.MostNumbers };

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
        var cut = TimeTiles.Of(forward is null ? Course.Serial : Course.Split, launch.Width, window);
        Course = cut.IsSplit ? Course.Split : Course.Serial;
        using var scratch = new DeviceScratch(device);
        if (cut.IsSplit && DeviceChain.Of(device, signature, forward!, launch.Width, window, Kept(signature)) is { } chain)
        {
            chain.Run(
                scratch, ChainOf(signature, backward: false, HasResets(launch)), "chain_forward",
                own => Begin(signature, launch, window, chain.Cut.Steps, lengths).Add(own).AddForward().Span);
            return;
        }
        if (!cut.IsSplit) signature = signature.Widened(launch, cut.Units * launch.Width, DevicePlanner.EnoughItems, backward: false);
        var program = ProgramOf(signature, backward: false, cut.IsSplit);
        nint carries = 0;
        if (cut.IsSplit)
        {
            (var summaries, carries) = TakeTiles(scratch, cut, forward!, launch.Width);
            Run("summarise_forward", cut.Units, summaries);
            Run("fold_forward", window.Batches, summaries, carries);
        }
        Run("walk_forward", cut.Units, carries, cut.Tiles, (nint)0, (nint)0);

        void Run(string kernel, long units, params ReadOnlySpan<Argument> own) => device.Launch(
            program, kernel, Grid.Over(units * (launch.Width / signature.Wide)), Begin(signature, launch, window, cut.Steps, lengths).Add(own).AddForward().Span);
    }

    /// <summary>
    /// From the adjoints of outputs, states and end states: writes the adjoints of streams and of the window's start states, adds to the sums over rows and
    /// to the adjoints of the initial state. Needs the state sequence and the start states of the forward pass.
    /// </summary>
    /// <inheritdoc cref="Forward"/>
    public void Backward(Accelerator device, RecurrentLaunch launch, Window window, nint lengths = 0)
    {
        var signature = DeviceSignature.Of(body.Signature, launch);
        var cut = TimeTiles.Of(backward is null ? Course.Serial : Course.Split, launch.Width, window);
        using var scratch = new DeviceScratch(device);
        var chain = cut.IsSplit ? DeviceChain.Of(device, signature, backward!, launch.Width, window, signature.ValuesRead(backward: true)) : null;
        if (chain is not null) cut = chain.Cut;
        using var sums = DeviceSums.Of(device, signature, launch, cut.Units);
        if (chain is not null)
        {
            chain.Run(
                scratch, ChainOf(signature, backward: true, HasResets(launch)), "chain_backward",
                own => Begin(signature, launch, window, cut.Steps, lengths).Add(own).Add(sums?.Partials ?? 0).AddBackward().Span);
            sums?.Complete();
            return;
        }
        if (!cut.IsSplit) signature = signature.Widened(launch, cut.Units * launch.Width, DevicePlanner.EnoughItems, backward: true);
        var program = ProgramOf(signature, backward: true, cut.IsSplit);
        nint carries = 0;
        if (cut.IsSplit)
        {
            (var summaries, carries) = TakeTiles(scratch, cut, backward!, launch.Width);
            Run("summarise_backward", cut.Units, summaries);
            Run("fold_backward", window.Batches, summaries, carries);
        }
        Run("walk_backward", cut.Units, carries, sums?.Partials ?? 0);
        sums?.Complete();

        void Run(string kernel, long units, params ReadOnlySpan<Argument> own) => device.Launch(
            program, kernel, Grid.Over(units * (launch.Width / signature.Wide)), Begin(signature, launch, window, cut.Steps, lengths).Add(own).AddBackward().Span);
    }

    /// <summary>
    /// What the window's steps do to the states before it, or, against the order, to the adjoints of those behind it: tiles side by side, then joined to one summary, whose size does not depend on
    /// the steps. As <see cref="Recurve.Kernels.Sliced.SliceKernel.Summarise"/> on the processor; against the order it needs the states of the forward pass.
    /// </summary>
    /// <param name="device">Where.</param>
    /// <param name="launch">Of the direction.</param>
    /// <param name="window">All batches, some steps.</param>
    /// <param name="backward">Direction.</param>
    /// <param name="lengths">Valid steps of each batch, as ints on the device; 0: all.</param>
    /// <returns>In extended precision (batch, number, channel), <see cref="StepMaps.SummaryNumbers"/> numbers.</returns>
    public Storage Summarise(Accelerator device, RecurrentLaunch launch, Window window, bool backward, nint lengths = 0)
    {
        var maps = (backward ? this.backward : forward)!;
        var (signature, cut) = (DeviceSignature.Of(body.Signature, launch), TimeTiles.Of(Course.Split, launch.Width, window));
        using var scratch = new DeviceScratch(device);
        var summaries = scratch.Take(cut.Units * maps.SummaryNumbers * launch.Width * sizeof(double));
        var arguments = Begin(signature, launch, window, cut.Steps, lengths).Add(summaries);
        device.Launch(
            SlicedOf(signature, backward), backward ? "summarise_slice_backward" : "summarise_slice_forward", Grid.Over(cut.Units * launch.Width),
            (backward ? arguments.AddBackward() : arguments.AddForward()).Span);
        var joined = Storage.Rent(device.Device, 2L * window.Batches * maps.SummaryNumbers * launch.Width);
        device.Launch(
            maps.Joining, "join_tiles", Grid.Over((long)window.Batches * launch.Width),
            joined, summaries, (long)window.Batches, cut.Tiles, launch.Width, backward ? -1 : 1);
        return joined;
    }

    /// <summary>The text of one direction.</summary>
    public DeviceProgram ProgramOf(DeviceSignature signature, bool backward, bool isSplit) => body.ProgramOf(signature, backward, FilesOf(backward, isSplit));

    /// <summary>The text of one direction in one pass, for CUDA.</summary>
    public DeviceProgram ChainOf(DeviceSignature signature, bool backward, bool hasResets)
    {
        signature = signature with { ChainGroups = IsScan && signature.Body.Streams <= MostChainStreams ? 2 : 1, HasResets = hasResets };
        return body.ProgramOf(signature, backward, [.. FilesOf(backward, isSplit: true), "Chain.cuh", backward ? "ChainBackward.cuh" : "ChainForward.cuh"]);
    }

    /// <summary>The text of one direction that summarises slices.</summary>
    public DeviceProgram SlicedOf(DeviceSignature signature, bool backward)
        => body.ProgramOf(signature, backward, [.. FilesOf(backward, isSplit: true), backward ? "SlicedBackward.cl" : "SlicedForward.cl"]);

    // as ChainForward.cuh decides
    int Kept(DeviceSignature signature) => IsScan && signature.Body.Outputs == 0 ? forward!.Numbers : signature.ValuesRead(backward: false);

    static unsafe bool HasResets(RecurrentLaunch launch) => launch.Resets != null;

    string[] FilesOf(bool backward, bool isSplit)
    {
        var direction = backward ? "Backward" : "Forward";
        var maps = (backward ? this.backward : forward)?.Files;
        string[] adjoints = backward ? ["Adjoints.cl"] : [], tiles = isSplit ? ["Bounds.cl", .. maps!, "Summary.cl", "Tiles.cl", $"Tiles{direction}.cl"] : [];
        return ["Rows.cl", .. adjoints, "Recurrence.cl", .. adaptor, $"{direction}.cl", .. tiles];
    }

    /// <summary>The arguments that every kernel of a recurrence has first.</summary>
    public static unsafe DeviceArguments Begin(DeviceSignature signature, RecurrentLaunch launch, Window window, int tileSteps, nint lengths)
        => new DeviceArguments(signature, launch).Add(
            launch.Width, window.FirstBatch, window.Batches, launch.Steps, window.FirstStep, window.EndStep, tileSteps, launch.Reverse ? 1 : 0,
            lengths, (nint)launch.Resets);

    // summaries (unit, number, channel), and carries (unit, state, channel): the states before each tile, or their adjoints after it
    (nint Summaries, nint Carries) TakeTiles(DeviceScratch scratch, TimeTiles cut, StepMaps maps, int width)
        => (scratch.Take(cut.Units * maps.SummaryNumbers * width * sizeof(double)), scratch.Take(cut.Units * body.Signature.States * width * sizeof(float)));
}

/// <summary>How the sequences of a window are cut.</summary>
/// <param name="Steps">Of a tile, at least 1.</param>
/// <param name="Tiles">Of a sequence.</param>
/// <param name="Units">Tiles of all sequences.</param>
internal readonly record struct TimeTiles(int Steps, int Tiles, long Units)
{
    public bool IsSplit => Tiles > 1;

    /// <param name="course">What the class allows besides one piece: Split, Newton; Serial: nothing.</param>
    /// <param name="width">Channels.</param>
    /// <param name="window">Batches and steps.</param>
    public static TimeTiles Of(Course course, int width, Window window)
    {
        var steps = course == Course.Serial ? 0 : DevicePlanner.TileSteps(course, width, window);
        return Of(steps == 0 ? Math.Max(1, window.Steps) : steps, window);
    }

    /// <param name="steps">Of a tile.</param>
    /// <param name="window">Batches and steps.</param>
    public static TimeTiles Of(int steps, Window window)
    {
        var tiles = Math.Max(1, (window.Steps + steps - 1) / steps);
        return new(steps, tiles, (long)tiles * window.Batches);
    }
}
