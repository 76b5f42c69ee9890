using Recurve.Contracts;

namespace Recurve.Plans;

// A run over a slice of a sequence whose other slices are on other ranks.
internal sealed unsafe partial class Run
{
    /// <summary>The ranks that hold the sequence; null: all of it is here.</summary>
    public ITimeSlices? Slices => walk.Slices;

    /// <summary>Why a stage cannot run on a slice, in the names of the cell.</summary>
    public NotSupportedException CannotSlice(Stage stage)
    {
        var info = plan.Definition.Info;
        var names = stage.States.Select(s => plan.Definition.Planes[s].Name).ToHashSet();
        var state = info.States.FirstOrDefault(s => names.Contains(s.Name)) ?? info.States[0];
        return new($"{info.Cell}: the steps of state '{state.Name}' cannot be divided over ranks, since they run one after the other (RCV1001, {state.Kind}: {state.Reason}). "
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
        return arriving with { End = [.. Memory.End.Select((end, s) => SumOf(arriving.End[s] ?? Tensor.Zeros(end.Shape)))] };

        Tensor SumOf(Tensor own)
        {
            var (sum, all) = (Tensor.Zeros(own.Shape), order.Gather(own));
            for (var rank = 0; rank < order.Count; rank++) RowMath.Add(sum.Pointer, all.Pointer + rank * own.Length, checked((int)own.Length));
            all.Return();
            return sum;
        }
    }
}
