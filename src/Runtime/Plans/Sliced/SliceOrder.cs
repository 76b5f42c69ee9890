using System.Runtime.InteropServices;

namespace Recurve.Plans;

/// <summary>Slices in the order in which a call walks them: against that of the ranks where the sequence is walked in reverse.</summary>
internal sealed unsafe class SliceOrder(ITimeSlices slices, bool isReverse)
{
    public int Rank => slices.Rank;

    public int Count => slices.Count;

    /// <summary>Where this rank's slice comes in the order.</summary>
    public int Position => PositionOf(slices.Rank);

    /// <summary>The rank whose slice comes last.</summary>
    public int Last => PositionOf(slices.Count - 1);

    /// <summary>The rank whose slice comes first.</summary>
    public int First => PositionOf(0);

    /// <summary>Whether an own tile is the first of the sequence.</summary>
    public bool IsFirst(int tile) => Position == 0 && tile == 0;

    /// <summary>Own tiles of a call, in processing order.</summary>
    public Kernels.Window[] Windows(int batches, int steps)
        => [.. Enumerable.Range(0, slices.Tiles).Select(i => new Kernels.Window(0, batches, (int)((long)steps * i / slices.Tiles), (int)((long)steps * (i + 1) / slices.Tiles)))];

    /// <summary>The n-th tile of the whole sequence in processing order, or against it.</summary>
    public (int Rank, int Tile) Locate(int n, int tiles, bool isBackward)
    {
        var at = isBackward ? Count * tiles - 1 - n : n;
        return (PositionOf(at / tiles), at % tiles);
    }

    /// <summary>So many floats of every rank, in the order of the ranks.</summary>
    public void Gather(float* mine, Storage all, long floats)
    {
        slices.Gather(BytesOf(mine, floats), BytesOf(all.Pointer, floats * Count));
        GC.KeepAlive(all);
    }

    /// <inheritdoc cref="ITimeSlices.Scans"/>
    public bool Scans(long bytes) => slices.Tiles == 1 && slices.Scans(bytes);

    /// <summary>So many floats to the rank that comes so many places later, or earlier against the order, and from the one that comes as many before.</summary>
    /// <returns>Whether any came.</returns>
    public bool Shift(int places, bool isBackward, float* send, float* receive, long floats)
    {
        var place = isBackward ? Count - 1 - Position : Position;
        int? At(int n) => n < 0 || n >= Count ? null : Locate(n, tiles: 1, isBackward).Rank;
        var from = At(place - places);
        slices.Exchange(BytesOf(send, floats), At(place + places), BytesOf(receive, floats), from);
        return from is not null;
    }

    /// <summary>Whether something is true on every rank.</summary>
    public bool All(bool value)
    {
        var flags = new byte[Count];
        slices.Gather([value ? (byte)1 : (byte)0], flags);
        return !flags.Contains((byte)0);
    }

    /// <summary>The tensors of all ranks, one after the other, on the processor; the own one may be on a device.</summary>
    public Storage Gather(Tensor own)
    {
        Storage all = Storage.RentStaging(own.Device, own.Length * Count), mine = Storage.RentStaging(own.Device, own.Length);
        mine.CopyFrom(own.Storage);
        if (own.Length > 0) Gather(mine.Pointer, all, own.Length);
        mine.Return();
        return all;
    }

    /// <summary>Sets a tensor, wherever it is, to that of a rank among those of all.</summary>
    public static void Copy(Storage all, int rank, Tensor target)
    {
        var count = checked((int)target.Length);
        target.CopyFrom(new ReadOnlySpan<float>(all.Pointer + (long)rank * count, count));
        GC.KeepAlive(all);
    }

    static Span<byte> BytesOf(float* start, long floats) => MemoryMarshal.AsBytes(new Span<float>(start, checked((int)floats)));

    // its own inverse
    int PositionOf(int rank) => isReverse ? slices.Count - 1 - rank : rank;
}
