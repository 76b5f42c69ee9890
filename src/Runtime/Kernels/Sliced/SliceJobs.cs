using Recurve.Contracts;
using Recurve.Kernels.Composed;
using Recurve.Kernels.Sequential;

namespace Recurve.Kernels.Sliced;

/// <summary>What a window's steps do to the states before it, saved for every batch and block of channels.</summary>
internal sealed unsafe class SummariseForward<TBody, TMaps, V>(double* target) : RecurrentJob<TBody, V>
    where TBody : struct, IComposedBody
    where TMaps : struct, IStepMaps
    where V : unmanaged, ILane<V>
{
    protected override void Execute(Scratch scratch) => RunUnits(unit =>
    {
        var own = Scratch.OfTask();
        var block = BlockOf(unit);
        var summary = new TileSummary<TMaps>(own, block.Width);
        WalkForward(own, block).SummariseForward<TMaps, StepMaps<TBody>>(Window.FirstStep, Window.FirstStep + block.Valid, ref summary);
        summary.Save(target + (long)unit * TileSummary<TMaps>.SavedLength(Split.BlockWidth));
    });
}

/// <summary>The same against the order, of the adjoints of the states behind it.</summary>
internal sealed unsafe class SummariseBackward<TBody, TMaps, V>(double* target) : RecurrentJob<TBody, V>
    where TBody : struct, ISplitAdjointBody
    where TMaps : struct, IStepMaps
    where V : unmanaged, ILane<V>
{
    protected override void Execute(Scratch scratch) => RunUnits(unit =>
    {
        var own = Scratch.OfTask();
        var block = BlockOf(unit);
        var summary = new TileSummary<TMaps>(own, block.Width);
        var cursor = FrameCursor.Backward(own, Signature, Launch, Zeros, NonTemporalLanes);
        WalkBackward(own, block, cursor).SummariseBackward<TMaps, AdjointMaps<TBody>>(Window.FirstStep, Window.FirstStep + block.Valid, ref summary);
        summary.Save(target + (long)unit * TileSummary<TMaps>.SavedLength(Split.BlockWidth));
    });
}
