using Recurve.Contracts;
using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>
/// Where memory is short, a run keeps sequences of states and gives back what other stages made of them row by row; the backward pass makes it again before its first reader,
/// by the same kernel from the same rows, so every bit is the same.
/// </summary>
internal sealed partial class Run
{
    // by slot: it has been made again, elsewhere, since its readers were bound
    readonly HashSet<int> remade = [];

    /// <summary>Bytes that the forward pass gave back, to be made again for the backward pass.</summary>
    public long GivenBack { get; private set; }

    /// <summary>Behind the last forward reader of what can be made again.</summary>
    void GiveBack(int position)
    {
        if (Slices is not null || !KeptMemory.IsExceeded(Memory.Device)) return;
        foreach (var id in plan.LastReads[position].Where(id => plan.Makers[id] is not null))
        {
            GivenBack += (long)walk.Batches * walk.Steps * plan.Slots[id].Width * values[id].Precision.Bytes;
            Return(ref owned[id]);
        }
    }

    /// <summary>Before a stage runs backward: what it reads is there, and it is bound to where that is.</summary>
    void Recall(Stage stage)
    {
        if (GivenBack == 0) return;
        foreach (var maker in stage.Operands.Concat(stage.Results).Where(s => IsGone(s.Id)).Select(s => plan.Makers[s.Id]!).Distinct()) Remake(maker);
        if (stage.Operands.Concat(stage.Results).Any(s => remade.Contains(s.Id))) BindAnew(stage);
    }

    /// <summary>Behind the stage that made them, nothing earlier reads its results.</summary>
    void GiveBackRemade(Stage maker)
    {
        foreach (var result in maker.Results.Where(r => remade.Contains(r.Id))) Return(ref owned[result.Id]);
    }

    void Remake(Stage maker)
    {
        foreach (var earlier in maker.Operands.Where(s => IsGone(s.Id)).Select(s => plan.Makers[s.Id]!).Distinct()) Remake(earlier);
        foreach (var result in maker.Results.Where(r => IsGone(r.Id)))
        {
            Allocate(plan.SlotOf(result));
            remade.Add(result.Id);
        }
        BindAnew(maker).Forward(Window.Whole(walk));
    }

    StageRun BindAnew(Stage stage)
    {
        bound[stage.Index]?.Release();
        var run = bound[stage.Index] = BindAlone(stage);
        run.BeginForward();
        return run;
    }

    bool IsGone(int slot) => plan.Makers[slot] is not null && owned[slot] is null;
}
