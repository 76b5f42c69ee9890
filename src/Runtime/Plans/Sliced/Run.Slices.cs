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
        foreach (var end in Memory.End) Share(order, end, (all, own) => new ReadOnlySpan<float>((float*)all + order.Last * end.Length, (int)end.Length).CopyTo(new((float*)own, (int)end.Length)));
    }

    /// <summary>What arrives at the states behind the last slice: the sum over ranks, each of which holds them.</summary>
    ArrivingGradients SumEnds(ArrivingGradients arriving)
    {
        if (Slices is not { } slices) return arriving;
        var order = new SliceOrder(slices, walk.Reverse);
        return arriving with { End = [.. Memory.End.Select((end, s) => SumOf(arriving.End[s] ?? Tensor.Zeros(end.Shape)))] };

        Tensor SumOf(Tensor own)
        {
            var sum = Tensor.Zeros(own.Shape);
            Share(order, own, (all, _) =>
            {
                for (var rank = 0; rank < order.Count; rank++) RowMath.Add(sum.Pointer, (float*)all + rank * own.Length, (int)own.Length);
            });
            return sum;
        }
    }

    static void Share(SliceOrder order, Tensor own, Action<nint, nint> receive)
    {
        if (own.Length == 0) return;
        var all = Storage.Rent(own.Length * order.Count);
        order.Gather(own.Pointer, all, own.Length);
        receive((nint)all.Pointer, (nint)own.Pointer);
        all.Return();
        GC.KeepAlive(own);
    }
}
