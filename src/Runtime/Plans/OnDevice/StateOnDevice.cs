using Recurve.Devices;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>One state of a plan on a device: as <see cref="StateCells"/> on the processor.</summary>
internal sealed class StateOnDevice(Run run, int state, Accelerator device)
{
    readonly Walk walk = run.WalkOf(Rate.PerStep);
    readonly SlicedCarry? carried = run.Slices is null ? null : new(run, state);

    public int Width { get; } = run.StateOf(state).Width;

    /// <summary>What its steps hand on.</summary>
    public StateRowsOnDevice Rows => field ??= RowsFrom(Start.Start);

    /// <summary>A row per batch; null: the initial state. A later slice starts from what was carried to it.</summary>
    public Rows Start => IsLater ? carried!.Start : run.Memory.StartOf(state);

    /// <summary>The same before the first step of the whole sequence, of which this is a slice: the initial state is one row for all batches.</summary>
    public Rows Given => run.Memory.StartOf(state) is { IsNull: false } given ? given : new(Initial, 0, 0);

    /// <summary>The initial state, one row; 0: zeros.</summary>
    public nint Initial => run.Memory.InitialOf(state);

    public nint End => run.Memory.EndOf(state).Start;

    /// <summary>What arrives at the end, a row per batch; 0: zero.</summary>
    public nint EndAdjoint => carried is null ? GivenAdjoint.Start : carried.EndAdjoint.Start;

    /// <summary>The same at the end of the whole sequence.</summary>
    public Rows GivenAdjoint => run.EndAdjointOf(state);

    bool IsLater => carried is { IsFirst: false };

    /// <summary>In extended precision, one per channel, to which the adjoint of the initial state is added; 0: nobody wants it.</summary>
    public nint InitialTotal => run.InitialTotalOf(state);

    /// <summary>Memory for a row per batch.</summary>
    public Storage RentRows(bool clear = false) => Storage.Rent(device.Device, (long)walk.Batches * Width, clear);

    /// <summary>Memory for a row in extended precision per batch.</summary>
    public Storage RentSums() => Storage.Rent(device.Device, 2L * walk.Batches * Width, clear: true);

    /// <summary>What its steps hand on from other rows before the first one.</summary>
    public StateRowsOnDevice RowsFrom(nint start) => new(device, walk, run.Space, 1, Width, start, Initial);

    /// <summary>
    /// Of a slice of a sequence, before it runs: what comes to it, from the rows that the slices before it leave behind, or add to what comes to them.
    /// </summary>
    /// <param name="isBackward">Against the order, for adjoints.</param>
    /// <param name="adds">By batch, whether this slice adds.</param>
    /// <param name="leave">Writes its rows, one per batch, to memory of zeros.</param>
    public void Carry(bool isBackward, bool[] adds, Action<Storage> leave)
    {
        var rows = RentRows(clear: true);
        leave(rows);
        Storage carry = device.ReadRows(walk.Batches, Width, isBackward ? GivenAdjoint : Given), left = device.ReadRows(walk.Batches, Width, new Rows(rows.Address, Width, 0));
        carried!.Fold(isBackward, carry, left, adds);
        foreach (var storage in new[] { rows, carry, left }) storage.Return();
    }

    /// <summary>Adds up what all steps, and the end, hand to the new values, where these are constant over the call.</summary>
    /// <param name="total">In extended precision, one per channel.</param>
    /// <param name="adjoint">Of what each step starts from.</param>
    public void AddNextAdjoints(nint total, Rows adjoint)
    {
        var storage = Storage.Rent(device.Device, run.Space.Rows * Width);
        Rows rows = new(storage.Address, (long)walk.Steps * Width, Width);
        Rows.WriteNextAdjoint(rows, add: false, adjoint, EndAdjoint, run.Space);
        device.AddRowSums(total, rows, run.Space, Width);
        storage.Return();
    }

    /// <summary>From the adjoint of what each step starts from, gives what leaves at the starts, and what resets take.</summary>
    public void GiveStartAdjoint(Rows adjoint)
    {
        var start = RentRows();
        Rows.WriteStartAdjoint(start.Address, adjoint, EndAdjoint);
        GiveStart(start.Address);
        start.Return();
        if (walk.Resets != 0 && InitialTotal != 0) device.AddRowSums(InitialTotal, adjoint, run.Space, Width, walk.Resets);
    }

    /// <summary>Gives what leaves at the starts, a row per batch, to the start states, or to the initial one where no start was given.</summary>
    public void GiveStart(nint rows)
    {
        if (IsLater) return;
        RowSpace batches = new(walk.Batches, 1);
        if (!Start.IsNull) device.CopyRows(run.StartAdjointOf(state), new(rows, Width, 0), batches, Width);
        else if (InitialTotal != 0) device.AddRowSums(InitialTotal, new(rows, Width, 0), batches, Width);
    }

    /// <summary>Gives what resets took, a row in extended precision per batch, to the initial state.</summary>
    public void GiveInitial(Storage sums)
    {
        if (InitialTotal != 0) device.AddPartials(InitialTotal, sums, walk.Batches, Width);
    }
}
