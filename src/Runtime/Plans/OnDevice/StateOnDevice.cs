using Recurve.Devices;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>One state of a plan on a device: as <see cref="StateCells"/> on the processor.</summary>
internal sealed class StateOnDevice(Run run, int state, Accelerator device)
{
    readonly Walk walk = run.WalkOf(Rate.PerStep);

    public int Width { get; } = run.StateOf(state).Width;

    /// <summary>What its steps hand on.</summary>
    public StateRowsOnDevice Rows => field ??= new(device, walk, run.Space, 1, Width, Start.Start, Initial);

    /// <summary>A row per batch; null: the initial state.</summary>
    public Rows Start => run.Memory.StartOf(state);

    /// <summary>The initial state, one row; 0: zeros.</summary>
    public nint Initial => run.Memory.InitialOf(state);

    public nint End => run.Memory.EndOf(state).Start;

    /// <summary>What arrives at the end, a row per batch; 0: zero.</summary>
    public nint EndAdjoint => run.EndAdjointOf(state).Start;

    /// <summary>Doubles, one per channel, to which the adjoint of the initial state is added; 0: nobody wants it.</summary>
    public nint InitialTotal => run.InitialTotalOf(state);

    /// <summary>Memory for a row per batch.</summary>
    public Storage RentRows(bool clear = false) => Storage.Rent(device.Device, (long)walk.Batches * Width, clear);

    /// <summary>Memory for a row of doubles per batch.</summary>
    public Storage RentSums() => Storage.Rent(device.Device, 2L * walk.Batches * Width, clear: true);

    /// <summary>Gives what leaves at the starts, a row per batch, to the start states, or to the initial one where no start was given.</summary>
    public void GiveStart(nint rows)
    {
        RowSpace batches = new(walk.Batches, 1);
        if (!Start.IsNull) device.CopyRows(run.StartAdjointOf(state), new(rows, Width, 0), batches, Width);
        else if (InitialTotal != 0) device.AddRowSums(InitialTotal, new(rows, Width, 0), batches, Width);
    }

    /// <summary>Gives what resets took, a row of doubles per batch, to the initial state.</summary>
    public void GiveInitial(Storage sums)
    {
        if (InitialTotal != 0) device.AddPartials(InitialTotal, sums, walk.Batches, Width);
    }
}
