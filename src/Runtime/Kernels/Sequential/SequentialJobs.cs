using Recurve.Contracts;

namespace Recurve.Kernels.Sequential;

/// <summary>Step by step; a unit of work is a batch × a block of channels.</summary>
internal sealed unsafe class SequentialForward<TBody, V> : RecurrentJob<TBody, V>
    where TBody : struct, ISequentialBody
    where V : unmanaged, ILane<V>
{
    readonly Action<int> runUnit;

    // kept, so that a call allocates nothing
    public SequentialForward() => runUnit = RunUnit;

    protected override void Execute(Scratch scratch) => RunUnits(runUnit);

    void RunUnit(int unit)
    {
        var block = BlockOf(unit);
        var walk = WalkForward(Scratch.OfTask(), block);
        var states = walk.Start();
        walk.Forward(Window.FirstStep, Window.FirstStep + block.Valid, states);
        walk.LeaveEnd(states);
    }
}

/// <summary>Step by step against the order.</summary>
internal sealed unsafe class SequentialBackward<TBody, V> : RecurrentJob<TBody, V>
    where TBody : struct, ISequentialBody
    where V : unmanaged, ILane<V>
{
    readonly Action<int> runUnit;

    public SequentialBackward() => runUnit = RunUnit;

    protected override void Execute(Scratch scratch)
    {
        TakePartials(scratch, Window.Batches);
        RunUnits(runUnit);
        CombinePartials(Window.Batches);
    }

    void RunUnit(int unit)
    {
        var block = BlockOf(unit);
        var scratch = Scratch.OfTask();
        var partial = Partial(block.Batch - Window.FirstBatch);
        var cursor = FrameCursor.Backward(scratch, Signature, Launch, Zeros, NonTemporalLanes);
        var sums = new RowSums(cursor, Signature, Launch, scratch, partial, block.First, block.End);
        var walk = WalkBackward(scratch, block, cursor);
        var carry = walk.NewCarry();
        walk.TakeEndAdjoint(carry);
        walk.Backward(ref sums, Window.FirstStep, Window.FirstStep + block.Valid, InitialsOf(partial));
        walk.LeaveStartAdjoint(carry, InitialsOf(partial));
        sums.Flush();
    }
}
