using Recurve.Contracts;
using Recurve.Devices;
using Recurve.Kernels;

namespace Recurve.Plans;

// A run over a slice of a sequence whose other slices are on other ranks.
internal sealed unsafe partial class Run
{
    /// <summary>The ranks that hold the sequence; null: all of it is here.</summary>
    public ITimeSlices? Slices => walk.Slices;

    /// <summary>By batch, whether no step of it is in the slice.</summary>
    public bool[] Empty => field ??= [.. Enumerable.Range(0, walk.Batches).Select(b => walk.Length(b) == 0)];

    /// <summary>By batch, whether no step of the slice is reset, on a device: what comes to the slice is seen behind it.</summary>
    public bool[] Uncut => field ??= FindUncut(OnDevice!);

    bool[] FindUncut(Accelerator device)
    {
        var uncut = new bool[walk.Batches];
        Array.Fill(uncut, true);
        if (walk.Resets == 0) return uncut;
        // a number that is 1 before the slice, and 0 from a reset on
        Storage ones = Rent(walk.Batches), held = Rent(walk.Batches), end = Rent(walk.Batches);
        Elementwise.Fill(new(ones, [walk.Batches]), 1);
        new StateRowsOnDevice(device, walk, Space, 1, width: 1, ones.Address, initial: 0).Hold(new(held.Address, 1, 0), end.Address);
        var read = device.ReadRows(walk.Batches, 1, new Rows(end.Address, 1, 0));
        for (var b = 0; b < walk.Batches; b++) uncut[b] = read.Pointer[b] != 0;
        foreach (var storage in new[] { ones, held, end, read }) storage.Return();
        return uncut;
    }

    /// <summary>Why a stage cannot run on a slice, in the names of the cell.</summary>
    public NotSupportedException CannotSlice(Stage stage)
    {
        var info = plan.Definition.Info;
        var names = stage.States.Select(s => plan.Definition.Planes[s].Name).ToHashSet();
        var name = plan.Definition.States.First(s => plan.Definition.PlanesOf(s).Any(p => names.Contains(p.Name))).Name;
        var state = info.States.First(s => s.Name == name);
        return new($"{info.Cell}: the steps of state '{state.Name}' cannot be divided over ranks, since they run one after the other (RCV1001 or Strategy.Sequential; {state.Kind}: {state.Reason}). "
            + "Sequence parallel needs stages that are scans or delays: those of Diagonal, Block, Clamped, MaxPlus, LogPlus, Dense and FeedForward states.");
    }

    /// <summary>Every rank receives the states behind the last slice.</summary>
    void ShareEnds()
    {
        if (Slices is not { } slices) return;
        var order = new SliceOrder(slices, walk.Reverse);
        foreach (var end in Memory.End)
        {
            var all = order.Gather(end);
            SliceOrder.Copy(all, order.Last, end);
            all.Return();
        }
    }

    /// <summary>What arrives at the states behind the last slice: the sum over ranks, each of which holds them.</summary>
    ArrivingGradients SumEnds(ArrivingGradients arriving)
    {
        if (Slices is not { } slices) return arriving;
        var order = new SliceOrder(slices, walk.Reverse);
        return arriving with { End = [.. Memory.End.Select((end, s) => SumOf(arriving.End[s] ?? Tensor.Zeros(end.Device, end.Shape)))] };

        Tensor SumOf(Tensor own)
        {
            var (sum, all) = (Storage.RentStaging(own.Device, own.Length, clear: true), order.Gather(own));
            for (var rank = 0; rank < order.Count; rank++) RowMath.Add(sum.Pointer, all.Pointer + rank * own.Length, checked((int)own.Length));
            var result = Tensor.Uninitialized(own.Device, own.Shape);
            result.Storage.CopyFrom(sum);
            sum.Return();
            all.Return();
            return result;
        }
    }
}
