using Recurve.Plans;

namespace Recurve.Distributed;

/// <summary>
/// Divides the steps of sequences among ranks: each has the same number of them in a row, the last may be padding. Modules run on slices as on whole sequences, with the <see cref="Sequence"/>
/// that <see cref="Slice(Tensor, Sequence?)"/> gives; a recurrence hands its states on from rank to rank. Each rank makes the same calls in the same order. Gradients of weights are those of the
/// slice: <see cref="DataParallel"/> sums them.
/// </summary>
/// <remarks>
/// What crosses a border between ranks is, per recurrent layer and direction, a summary that does not grow with the steps. A cell that can only run step by step is a
/// <see cref="NotSupportedException"/> that names the state. To divide the batch too, give each group of ranks (<see cref="Communicator.Split"/>) its sequences, and the gradients' sum to all.
/// </remarks>
public sealed class SequenceParallel
{
    readonly Communicator ranks;
    readonly Slices slices;

    /// <summary>Divides among these ranks.</summary>
    /// <param name="ranks">In the order of the steps.</param>
    /// <param name="tiles">Pieces that a slice is summarised in. Results depend, to the last bit, on the pieces of the whole sequence only: 12 on one rank are as 4 on each of three.</param>
    public SequenceParallel(Communicator ranks, int tiles = 1)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tiles);
        this.ranks = ranks;
        slices = new(ranks, tiles);
    }

    /// <summary>Whether summaries are scanned over the ranks; null: as <see cref="ScanRule"/> says.</summary>
    internal bool? Scans { get => slices.Forced; init => slices.Forced = value; }

    /// <summary>Steps of every slice: ⌈steps / ranks⌉.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no steps.</exception>
    public int StepsOf(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        return (int)(((long)steps + ranks.Size - 1) / ranks.Size);
    }

    /// <summary>The first step of this rank's slice.</summary>
    public int FirstOf(int steps) => checked(StepsOf(steps) * ranks.Rank);

    /// <summary>Whether the last step of sequences of that many is in this rank's slice.</summary>
    public bool HoldsLast(int steps) => (steps - 1) / StepsOf(steps) == ranks.Rank;

    /// <summary>This rank's steps of (batch, time, …): (batch, <see cref="StepsOf"/>, …), behind the last step zeros.</summary>
    /// <exception cref="ArgumentException">It has no time axis.</exception>
    public Tensor Slice(Tensor all)
    {
        ArgumentNullException.ThrowIfNull(all);
        if (all.Rank < 2) throw new ArgumentException($"Expected shape (batch, time, …), but the tensor has {all.ShapeText}.", nameof(all));
        int batch = all.Dim(0), steps = all.Dim(1), width = checked((int)TensorShape.Length(all.Sizes[2..]));
        int own = StepsOf(steps), first = Math.Min(FirstOf(steps), steps), count = Math.Min(own, steps - first);
        var slice = Tensor.Zeros(all.Device, [batch, own, .. all.Sizes[2..]]);
        // a sequence is one long row of which a part is taken
        Structure.CopyColumns(all.WithShape([batch, checked(steps * width)]), first * width, slice.WithShape([batch, own * width]), 0, count * width, batch);
        return slice;
    }

    /// <summary>This rank's slice of an input (batch, time, features), and how it is to be walked.</summary>
    /// <param name="all">Whole sequences.</param>
    /// <param name="whole">How those would be walked, with their Lengths and their Resets (batch, time); null: all steps, forward.</param>
    /// <exception cref="ArgumentException">The input has no time axis, or Lengths or Resets do not fit it.</exception>
    public (Tensor Slice, Sequence Sequence) Slice(Tensor all, Sequence? whole)
    {
        var slice = Slice(all);
        return (slice, Walk(all.Dim(0), all.Dim(1), whole));
    }

    /// <summary>How this rank's slice of so many sequences of so many steps is to be walked, for whoever makes only the slice.</summary>
    /// <exception cref="ArgumentException">Lengths or Resets do not fit.</exception>
    public Sequence Walk(int batch, int steps, Sequence? whole = null)
    {
        int own = StepsOf(steps), first = FirstOf(steps);
        if (whole?.Resets is { } mask && !mask.HasShape(batch, steps))
            throw new ArgumentException($"Resets has shape {mask.ShapeText}, expected (batch, time) = ({batch}, {steps}).", nameof(whole));
        if (whole?.Lengths is { } given && (given.Length != batch || given.Any(l => l < 0 || l > steps)))
            throw new ArgumentException($"Lengths are [{string.Join(", ", given)}], expected {batch} from 0 to {steps}.", nameof(whole));
        // padding is no step
        var lengths = whole?.Lengths ?? (own * ranks.Size == steps ? null : [.. Enumerable.Repeat(steps, batch)]);
        return (whole ?? new()) with
        {
            Lengths = lengths is null ? null : [.. lengths.Select(length => Math.Clamp(length - first, 0, own))],
            Resets = whole?.Resets is { } resets ? Slice(resets) : null,
            Slices = slices,
        };
    }

    sealed class Slices(Communicator ranks, int tiles) : ITimeSlices
    {
        public int Rank => ranks.Rank;

        public int Count => ranks.Size;

        public int Tiles => tiles;

        public bool? Forced { get; set; }

        public bool Scans(long bytes) => Forced ?? ScanRule.Pays(ranks.Size, bytes);

        public void Exchange(ReadOnlySpan<byte> send, int? to, Span<byte> receive, int? from) => ranks.SendReceive(send, to, receive, from);

        public void Gather(ReadOnlySpan<byte> mine, Span<byte> all) => ranks.AllGather(mine, all);
    }
}
