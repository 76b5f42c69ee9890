namespace Recurve;

/// <summary>Blocks of memory waiting for their next use, by rounded size.</summary>
/// <param name="source">Where new ones come from.</param>
internal sealed class StoragePool(MemorySource source)
{
    const long LineBytes = 64;
    const long FirstCollection = 256L << 20;

    readonly Lock gate = new();
    readonly Dictionary<long, Stack<Block>> free = [];
    long pooledBytes;
    long rentedBytes, peakBytes;
    long collectAt = FirstCollection;

    /// <summary>That of the processor's memory.</summary>
    public static StoragePool Host { get; } = new(new HostMemory());

    /// <summary>Where new blocks come from.</summary>
    public MemorySource Source => source;

    /// <inheritdoc cref="MemorySource.Bytes"/>
    public long MemoryBytes => source.Bytes;

    /// <summary>Bytes in use by tensors and kernels.</summary>
    public long RentedBytes => Interlocked.Read(ref rentedBytes);

    /// <summary>The most bytes that were in use since <see cref="ResetPeak"/>.</summary>
    public long PeakBytes => Interlocked.Read(ref peakBytes);

    /// <summary>Begins to measure <see cref="PeakBytes"/> anew.</summary>
    public void ResetPeak() => Interlocked.Exchange(ref peakBytes, RentedBytes);

    /// <summary>
    /// Whether what is taken holds NaN, so that a kernel that reads what nobody wrote is found out, and is no larger than what is asked for, so that one that writes behind it is, where
    /// the source looks: for tests.
    /// </summary>
    public bool Poisons { get; set; }

    /// <summary>
    /// Whether blocks are no larger than what is asked for, and go back to the source at once, so that a tool that watches the source's memory sees each access outside of them: for tests.
    /// </summary>
    public bool IsExact { get; set; }

    /// <exception cref="OutOfMemoryException">Neither the pool nor its source has so much.</exception>
    public Block Take(long floats)
    {
        var bytes = IsExact || Poisons ? checked(Math.Max(1, floats) * sizeof(float)) : Rounded(checked(floats * sizeof(float) + LineBytes));
        if (!TryTake(bytes, out var block))
        {
            var hasReclaimed = Reclaim(bytes);
            if (!TryTake(bytes, out block)) block = Allocate(bytes);
            // only now: what could not be had must not put off the next collection
            if (hasReclaimed) Interlocked.Exchange(ref collectAt, Math.Max(FirstCollection, 2 * (RentedBytes + bytes)));
        }
        var rented = Interlocked.Add(ref rentedBytes, bytes);
        for (var peak = PeakBytes; rented > peak; peak = PeakBytes) Interlocked.CompareExchange(ref peakBytes, rented, peak);
        if (Poisons) source.Poison(block);
        return block;
    }

    public void Give(Block block)
    {
        Interlocked.Add(ref rentedBytes, -block.Bytes);
        lock (gate)
        {
            // sizes that are no longer asked for must not fill the pool for ever: start afresh
            if (pooledBytes + block.Bytes > source.Limit) Trim();
            if (IsExact || block.Bytes > source.Limit)
            {
                source.Free(block);
                return;
            }
            if (!free.TryGetValue(block.Bytes, out var stack)) free[block.Bytes] = stack = new();
            stack.Push(block);
            pooledBytes += block.Bytes;
        }
    }

    bool TryTake(long bytes, out Block block)
    {
        lock (gate)
        {
            if (!free.TryGetValue(bytes, out var stack) || !stack.TryPop(out block))
            {
                block = default;
                return false;
            }
            pooledBytes -= bytes;
            return true;
        }
    }

    void Trim()
    {
        foreach (var block in free.Values.SelectMany(stack => stack)) source.Free(block);
        free.Clear();
        pooledBytes = 0;
    }

    /// <summary>
    /// The managed heap of a training loop is tiny, so collections are rare while dead tensors pile up: once the rented bytes
    /// have doubled since the last time, collect and let finalizers give memory back; the old objects only if the young ones were
    /// not it. (GC.AddMemoryPressure would collect everything several times per training step.)
    /// </summary>
    bool Reclaim(long bytes)
    {
        var limit = Interlocked.Read(ref collectAt);
        if (RentedBytes + bytes < limit) return false;
        for (var generation = 1; generation <= GC.MaxGeneration && RentedBytes + bytes >= limit / 2; generation++)
        {
            GC.Collect(generation, GCCollectionMode.Forced, blocking: true);
            GC.WaitForPendingFinalizers();
        }
        return true;
    }

    /// <summary>Eight sizes per octave: at most an eighth is wasted, and similar shapes share blocks.</summary>
    static long Rounded(long bytes)
    {
        var step = Math.Max(LineBytes, (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)bytes) / 16);
        return checked((bytes + step - 1) / step * step);
    }

    Block Allocate(long bytes)
    {
        try
        {
            return source.Allocate(bytes);
        }
        catch (OutOfMemoryException)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            lock (gate) Trim();
            return source.Allocate(bytes);
        }
    }
}
