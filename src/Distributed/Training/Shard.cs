namespace Recurve.Distributed;

/// <summary>A rank's part of <paramref name="Total"/> things in a row, such as the sequences of a minibatch: all parts are as large as each other, up to one.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Count">How many.</param>
/// <param name="Total">Those of all ranks.</param>
public readonly record struct Shard(int First, int Count, int Total)
{
    /// <summary>The part of one rank; those of lower ranks come before it.</summary>
    /// <exception cref="ArgumentException">There are fewer things than ranks, so that one would have nothing.</exception>
    public static Shard Of(int total, Communicator ranks)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        if (total < ranks.Size) throw new ArgumentException($"{total} cannot be divided among {ranks.Size} ranks: each needs at least one.", nameof(total));
        int First(int rank) => (int)((long)total * rank / ranks.Size);
        return new(First(ranks.Rank), First(ranks.Rank + 1) - First(ranks.Rank), total);
    }

    /// <summary>What a mean over this part weighs in the mean over all.</summary>
    public double Share => (double)Count / Total;

    /// <summary>This part of a tensor's first axis, which has <see cref="Total"/> rows.</summary>
    /// <exception cref="ArgumentException">It has another number of rows.</exception>
    public Tensor Rows(Tensor all)
    {
        ArgumentNullException.ThrowIfNull(all);
        if (all.Rank == 0 || all.Dim(0) != Total) throw new ArgumentException($"A shard of {Total} rows cannot be taken from a tensor of shape {all.ShapeText}.", nameof(all));
        int width = checked((int)(all.Length / Total));
        var rows = Tensor.Uninitialized(all.Device, [Count, .. all.Sizes[1..]]);
        // one long row of which a part is taken
        Structure.CopyColumns(all.WithShape([1, checked(Total * width)]), First * width, rows.WithShape([1, Count * width]), 0, Count * width, 1);
        return rows;
    }
}
