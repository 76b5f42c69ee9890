using Recurve.Contracts;
using Recurve.Kernels.Scan;

namespace Recurve.Kernels.Sequential;

/// <summary>One call of a recurrence in one direction: it is cut into units by shape alone, which the workers run.</summary>
internal abstract unsafe class RecurrentJob<TBody, V>
    where TBody : struct, ISequentialBody
    where V : unmanaged, ILane<V>
{
    double* partials;
    long partialStride;
    int sums;

    protected RecurrentLaunch Launch { get; private set; } = null!;

    protected Window Window { get; private set; }

    protected ScanSplit Split { get; private set; }

    protected int NonTemporalLanes { get; private set; }

    /// <summary>A row of zeros.</summary>
    protected float* Zeros { get; private set; }

    protected static BodySignature Signature => TBody.Signature;

    public void Execute(RecurrentLaunch launch, Window window, ScanSplit split)
    {
        if (launch.Width == 0 || window.Batches == 0) return;
        (Launch, Window, Split) = (launch, window, split);
        NonTemporalLanes = Traffic.NonTemporalLanes<V>(window, launch.Width);
        var scratch = Scratch.OfPreparation();
        Zeros = scratch.TakeZeroed<float>(launch.Width);
        Execute(scratch);
        Launch = null!;
    }

    protected abstract void Execute(Scratch scratch);

    /// <summary>Runs the units, numbered by batch and then by channel block.</summary>
    protected void RunUnits(Action<int> run)
    {
        var units = Window.Batches * Split.Blocks;
        if (units == 1) run(0);
        else Workers.For(units, run);
    }

    protected Block BlockOf(int unit)
    {
        var (batch, first) = (Window.FirstBatch + unit / Split.Blocks, unit % Split.Blocks * Split.BlockWidth);
        return new(batch, first, Math.Min(Launch.Width, first + Split.BlockWidth), Window.Valid(Launch.ValidSteps(batch)));
    }

    protected SequentialWalk<TBody, V> WalkForward(Scratch scratch, Block block)
    {
        var cursor = FrameCursor.Forward(scratch, Signature, Launch, NonTemporalLanes);
        return new(Launch, Window, block.Batch, block.First, block.End, Zeros, NonTemporalLanes, scratch, cursor);
    }

    protected SequentialWalk<TBody, V> WalkBackward(Scratch scratch, Block block, FrameCursor cursor)
        => new(Launch, Window, block.Batch, block.First, block.End, Zeros, NonTemporalLanes, scratch, cursor);

    /// <summary>Sums over the rows of each part: adjoints of streams that are constant over the call, then those of the initial states.</summary>
    protected void TakePartials(Scratch scratch, int parts)
    {
        sums = RowSums.Count(Signature, Launch);
        partialStride = (long)(sums + Signature.States) * Launch.Width;
        partials = scratch.TakeZeroed<double>(partialStride * parts);
    }

    protected double* Partial(long part) => partials + part * partialStride;

    /// <summary>Within a partial sum: the adjoints of the initial states.</summary>
    protected double* InitialsOf(double* partial) => partial + (long)sums * Launch.Width;

    protected void CombinePartials(int parts)
    {
        RowSums.Combine(Signature, Launch, partials, parts, partialStride);
        for (var k = 0; k < Signature.States; k++)
        {
            if (Launch.States[k].InitialAdjoint is var sum and not 0)
                RowSums.Combine((double*)sum, InitialsOf(partials) + (long)k * Launch.Width, parts, partialStride, Launch.Width);
        }
    }

    /// <summary>One batch's channels [First, End) and its steps inside the window.</summary>
    protected readonly record struct Block(int Batch, int First, int End, int Valid)
    {
        public int Width => End - First;
    }
}
