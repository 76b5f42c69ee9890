using Recurve.Contracts;
using Recurve.Kernels.Sequential;

namespace Recurve.Kernels.Composed;

/// <summary>
/// Few channels and a long time: tiles of time, chained by their carries, for every batch and block of channels. A tile is first summarised
/// (which brings it into the cache), the carry is folded through the summary in double precision and handed on, then the tile is replayed
/// step by step from its own carry.
/// </summary>
internal sealed unsafe class TiledForward<TBody, TMaps, V> : RecurrentJob<TBody, V>
    where TBody : struct, IComposedBody
    where TMaps : struct, IStepMaps
    where V : unmanaged, ILane<V>
{
    readonly Action<int> runTiles;
    readonly TileChain chain = new();

    // kept, so that a call allocates nothing
    public TiledForward() => runTiles = RunTiles;

    protected override void Execute(Scratch scratch) => chain.Run(
        scratch, Window.Batches * Split.Blocks, Split.Tiles(Window.Steps), Carry.Length<TMaps>(Split.BlockWidth), runTiles);

    void RunTiles(int worker)
    {
        while (chain.TryTake(out var index, out var order))
        {
            var block = BlockOf(index);
            var tiles = Math.Max(1, Split.Tiles(block.Valid));
            if (order < tiles) RunTile(index, block, order, isLast: order == tiles - 1);
        }
    }

    void RunTile(int index, Block block, int order, bool isLast)
    {
        var scratch = Scratch.OfTask();
        var from = Window.FirstStep + order * Split.TileSteps;
        var to = Math.Min(from + Split.TileSteps, Window.FirstStep + block.Valid);
        var walk = WalkForward(scratch, block);
        var summary = new TileSummary<TMaps>(scratch, block.Width);
        if (!isLast) walk.SummariseForward<TMaps, StepMaps<TBody>>(from, to, ref summary);

        var carry = new Carry(Signature.States, block.First, block.Width, summary.Stride);
        var states = walk.Start();
        var before = chain.Carry(index, order);
        if (order > 0)
        {
            chain.Await(index, order);
            for (var k = 0; k < Signature.States; k++) states[k] = scratch.Take<float>(Launch.Width);
            carry.Give(before, states);
        }
        else carry.Take(states, before);

        var behind = chain.Carry(index, order + 1);
        var isHanded = isLast || summary.TryFold(before, behind);
        if (isHanded && !isLast) chain.HandOn(index, order + 1);
        walk.Forward(from, to, states);
        if (isLast) walk.LeaveEnd(states);
        if (isHanded) return;
        carry.Complete(states, behind);
        chain.HandOn(index, order + 1);
    }
}

/// <summary>The same against the order, where every class is affine in the adjoint.</summary>
internal sealed unsafe class TiledBackward<TBody, TMaps, V> : RecurrentJob<TBody, V>
    where TBody : struct, ISplitAdjointBody
    where TMaps : struct, IStepMaps
    where V : unmanaged, ILane<V>
{
    readonly Action<int> runTiles;
    readonly TileChain chain = new();

    public TiledBackward() => runTiles = RunTiles;

    // blocks of one batch write to different channels of the same partial sum
    int Parts => Window.Batches * Split.Tiles(Window.Steps);

    protected override void Execute(Scratch scratch)
    {
        TakePartials(scratch, Parts);
        chain.Run(scratch, Window.Batches * Split.Blocks, Split.Tiles(Window.Steps), Carry.Length<TMaps>(Split.BlockWidth), runTiles);
        CombinePartials(Parts);
    }

    void RunTiles(int worker)
    {
        while (chain.TryTake(out var index, out var order))
        {
            var block = BlockOf(index);
            var tiles = Math.Max(1, Split.Tiles(block.Valid));
            if (order < tiles) RunTile(index, block, order, position: tiles - 1 - order);
        }
    }

    void RunTile(int index, Block block, int order, int position)
    {
        var scratch = Scratch.OfTask();
        var from = Window.FirstStep + position * Split.TileSteps;
        var to = Math.Min(from + Split.TileSteps, Window.FirstStep + block.Valid);
        var cursor = FrameCursor.Backward(scratch, Signature, Launch, Zeros, NonTemporalLanes);
        var walk = WalkBackward(scratch, block, cursor);
        var isLast = position == 0;
        var summary = new TileSummary<TMaps>(scratch, block.Width);
        if (!isLast) walk.SummariseBackward<TMaps, AdjointMaps<TBody>>(from, to, ref summary);

        var carry = new Carry(Signature.States, block.First, block.Width, summary.Stride);
        var adjoints = walk.NewCarry();
        var before = chain.Carry(index, order);
        if (order > 0)
        {
            chain.Await(index, order);
            carry.Give(before, adjoints);
        }
        else
        {
            walk.TakeEndAdjoint(adjoints);
            carry.Take(adjoints, before);
        }

        var behind = chain.Carry(index, order + 1);
        var isHanded = isLast || summary.TryFold(before, behind);
        if (isHanded && !isLast) chain.HandOn(index, order + 1);
        var partial = Partial((block.Batch - Window.FirstBatch) * chain.Tiles + order);
        var sums = new RowSums(cursor, Signature, Launch, scratch, partial, block.First, block.End);
        walk.Backward(ref sums, from, to, InitialsOf(partial));
        sums.Flush();
        if (isLast) walk.LeaveStartAdjoint(adjoints, InitialsOf(partial));
        if (isHanded) return;
        carry.Complete(adjoints, behind);
        chain.HandOn(index, order + 1);
    }
}
