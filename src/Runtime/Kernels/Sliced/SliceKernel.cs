using Recurve.Contracts;
using Recurve.Kernels.Composed;
using Recurve.Kernels.Scan;
using Recurve.Kernels.Sequential;

namespace Recurve.Kernels.Sliced;

/// <summary>
/// What the steps of a window together do to the states of a recurrence whose steps compose, for all batches and channels: as numbers that can be
/// sent elsewhere, and a carry folded through them. Everything is in double precision.
/// </summary>
internal abstract unsafe class SliceKernel
{
    /// <summary>That of a linear recurrence.</summary>
    public static SliceKernel OfScan<TBody>() where TBody : struct, IScanBody => Of<ScanSteps<TBody>>(StepClass.Block);

    /// <summary>That of any other class.</summary>
    public static SliceKernel Of<TBody>(StepClass kind) where TBody : struct, IComposedBody => ComposedKernel.Of<TBody>(kind).CreateSlices();

    /// <summary>Doubles of a summary: it does not depend on the number of steps.</summary>
    public abstract int SummaryLength(int width, int batches, bool isBackward);

    /// <summary>Doubles of a carry.</summary>
    public abstract int CarryLength(int width, int batches);

    /// <summary>What the window's steps do to the states before it, or, against the order, to the adjoints of those behind it.</summary>
    public abstract void Summarise(RecurrentLaunch launch, Window window, bool isBackward, double* summary);

    /// <summary>The summary of a window that a device made.</summary>
    /// <param name="width">Channels.</param>
    /// <param name="batches">B.</param>
    /// <param name="isBackward">Direction.</param>
    /// <param name="numbers">(batch, number, channel), as <see cref="Recurve.Devices.Skeletons.DeviceRecurrence.Summarise"/> leaves them.</param>
    /// <param name="summary">Receives it.</param>
    public abstract void TakeSummary(int width, int batches, bool isBackward, double* numbers, double* summary);

    /// <summary>
    /// The carry behind a summary. False: in some channel it does not hold, since the steps one by one might overflow; that is the same on every rank.
    /// <paramref name="initial"/> is by state what a reset starts from: the initial state, or no adjoint.
    /// </summary>
    public abstract bool TryFold(int width, Rows[] initial, int batches, bool isBackward, double* summary, double* carry, double* behind);

    /// <summary>The summary of two windows in a row, which says nothing of overflows between; <paramref name="both"/> may be the earlier one's memory.</summary>
    public abstract void Compose(int width, int batches, bool isBackward, double* earlier, double* later, double* both);

    /// <summary>Rows by state and batch to a carry.</summary>
    public abstract void Take(int width, Rows[] states, int batches, double* carry);

    /// <summary>A carry to rows by state and batch.</summary>
    public abstract void Give(int width, double* carry, Rows[] states, int batches);
}

/// <summary>With its body, the maps of its class and of its adjoint, and its lane.</summary>
internal sealed unsafe class SliceKernel<TBody, TMaps, TAdjoint, V> : SliceKernel
    where TBody : struct, IComposedBody
    where TMaps : struct, IStepMaps
    where TAdjoint : struct, IStepMaps
    where V : unmanaged, ILane<V>
{
    public override int SummaryLength(int width, int batches, bool isBackward)
    {
        var split = ScanSplit.OfSequential(width);
        return batches * split.Blocks * (isBackward ? TileSummary<TAdjoint>.SavedLength(split.BlockWidth) : TileSummary<TMaps>.SavedLength(split.BlockWidth));
    }

    public override int CarryLength(int width, int batches)
    {
        var split = ScanSplit.OfSequential(width);
        return batches * split.Blocks * Carry.Length<TMaps>(split.BlockWidth);
    }

    public override void Summarise(RecurrentLaunch launch, Window window, bool isBackward, double* summary)
    {
        RecurrentJob<TBody, V> job = isBackward ? new SummariseBackward<TBody, TAdjoint, V>(summary) : new SummariseForward<TBody, TMaps, V>(summary);
        job.Execute(launch, window, ScanSplit.OfSequential(launch.Width));
    }

    public override void TakeSummary(int width, int batches, bool isBackward, double* numbers, double* summary)
    {
        if (isBackward) TakeSummary<TAdjoint>(width, batches, numbers, summary);
        else TakeSummary<TMaps>(width, batches, numbers, summary);
    }

    static void TakeSummary<T>(int width, int batches, double* numbers, double* summary) where T : struct, IStepMaps
    {
        var split = ScanSplit.OfSequential(width);
        foreach (var (unit, first, count) in Units(width, batches, split))
        {
            var batch = numbers + (long)(unit / split.Blocks) * (T.Numbers + 3) * width;
            TileSummary<T>.Save(batch + first, width, count, summary + (long)unit * TileSummary<T>.SavedLength(split.BlockWidth));
        }
    }

    public override bool TryFold(int width, Rows[] initial, int batches, bool isBackward, double* summary, double* carry, double* behind)
        => isBackward ? TryFold<TAdjoint>(width, initial, batches, summary, carry, behind) : TryFold<TMaps>(width, initial, batches, summary, carry, behind);

    static bool TryFold<T>(int width, Rows[] initial, int batches, double* summary, double* carry, double* behind) where T : struct, IStepMaps
    {
        var split = ScanSplit.OfSequential(width);
        var from = stackalloc float*[T.States];
        var (saved, carried, holds) = (TileSummary<T>.SavedLength(split.BlockWidth), Carry.Length<T>(split.BlockWidth), true);
        foreach (var (unit, first, count) in Units(width, batches, split))
        {
            for (var k = 0; k < T.States; k++) from[k] = initial[k].At(0, 0) + first;
            var one = TileSummary<T>.Saved(summary + (long)unit * saved, count, from);
            holds &= one.TryFold(carry + (long)unit * carried, behind + (long)unit * carried);
        }
        return holds;
    }

    public override void Compose(int width, int batches, bool isBackward, double* earlier, double* later, double* both)
    {
        if (isBackward) Compose<TAdjoint>(width, batches, earlier, later, both);
        else Compose<TMaps>(width, batches, earlier, later, both);
    }

    static void Compose<T>(int width, int batches, double* earlier, double* later, double* both) where T : struct, IStepMaps
    {
        var split = ScanSplit.OfSequential(width);
        foreach (var (unit, _, count) in Units(width, batches, split))
        {
            var at = (long)unit * TileSummary<T>.SavedLength(split.BlockWidth);
            TileSummary<T>.Compose(earlier + at, later + at, both + at, count);
        }
    }

    public override void Take(int width, Rows[] states, int batches, double* carry)
        => ForEachUnit(width, states, batches, carry, (block, rows, own) => block.Take((float**)rows, (double*)own));

    public override void Give(int width, double* carry, Rows[] states, int batches)
        => ForEachUnit(width, states, batches, carry, (block, rows, own) => block.Give((double*)own, (float**)rows));

    // with the rows of the unit's batch, and where its carry is
    static void ForEachUnit(int width, Rows[] states, int batches, double* carry, Action<Carry, nint, nint> body)
    {
        var split = ScanSplit.OfSequential(width);
        var carried = Carry.Length<TMaps>(split.BlockWidth);
        var rows = stackalloc float*[states.Length];
        foreach (var (unit, first, count) in Units(width, batches, split))
        {
            for (var k = 0; k < states.Length; k++) rows[k] = states[k].At(unit / split.Blocks, 0);
            body(new(states.Length, first, count, TileSummary<TMaps>.Padded(count)), (nint)rows, (nint)(carry + (long)unit * carried));
        }
    }

    static IEnumerable<(int Unit, int First, int Width)> Units(int width, int batches, ScanSplit split)
    {
        for (var unit = 0; unit < batches * split.Blocks; unit++)
        {
            var first = unit % split.Blocks * split.BlockWidth;
            yield return (unit, first, Math.Min(width, first + split.BlockWidth) - first);
        }
    }
}
