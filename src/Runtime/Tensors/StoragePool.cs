using System.Runtime.InteropServices;

namespace Recurve;

/// <summary>Blocks of native memory waiting for their next use, by rounded size.</summary>
internal static unsafe partial class StoragePool
{
    const long LineBytes = 64;
    const long HugePageBytes = 2 << 20;
    const long SkewStep = 256;
    const long SkewCount = 16;
    const long LargeBytes = 64 << 10;
    const long FirstCollection = 256L << 20;

    static readonly Lock Gate = new();
    static readonly Dictionary<long, Stack<Block>> Free = [];
    static long pooledBytes;
    static long rentedBytes;
    static long collectAt = FirstCollection;
    static long allocations;

    /// <summary>What the pool may keep: a quarter of the memory this process may use.</summary>
    static readonly long Limit = Math.Max(64L << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    /// <summary>One allocation: where it starts, its usable bytes, and the aligned, skewed first float.</summary>
    public readonly record struct Block(nint Base, long Bytes, nint Start)
    {
        public float* Pointer => (float*)Start;
    }

    /// <summary>Bytes in use by tensors and kernels.</summary>
    public static long RentedBytes => Interlocked.Read(ref rentedBytes);

    public static Block Take(long floats)
    {
        var bytes = Rounded(checked(floats * sizeof(float) + LineBytes));
        if (!TryTake(bytes, out var block))
        {
            Reclaim(bytes);
            if (!TryTake(bytes, out block)) block = Allocate(bytes);
        }
        Interlocked.Add(ref rentedBytes, bytes);
        return block;
    }

    public static void Give(Block block)
    {
        Interlocked.Add(ref rentedBytes, -block.Bytes);
        lock (Gate)
        {
            // sizes that are no longer asked for must not fill the pool for ever: start afresh
            if (pooledBytes + block.Bytes > Limit) Trim();
            if (block.Bytes > Limit)
            {
                NativeMemory.AlignedFree((void*)block.Base);
                return;
            }
            if (!Free.TryGetValue(block.Bytes, out var stack)) Free[block.Bytes] = stack = new();
            stack.Push(block);
            pooledBytes += block.Bytes;
        }
    }

    static bool TryTake(long bytes, out Block block)
    {
        lock (Gate)
        {
            if (!Free.TryGetValue(bytes, out var stack) || !stack.TryPop(out block))
            {
                block = default;
                return false;
            }
            pooledBytes -= bytes;
            return true;
        }
    }

    static void Trim()
    {
        foreach (var block in Free.Values.SelectMany(stack => stack)) NativeMemory.AlignedFree((void*)block.Base);
        Free.Clear();
        pooledBytes = 0;
    }

    /// <summary>
    /// The managed heap of a training loop is tiny, so collections are rare while dead tensors pile up: once the rented bytes
    /// have doubled since the last time, collect and let finalizers give memory back; the old objects only if the young ones were
    /// not it. (GC.AddMemoryPressure would collect everything several times per training step.)
    /// </summary>
    static void Reclaim(long bytes)
    {
        var limit = Interlocked.Read(ref collectAt);
        if (RentedBytes + bytes < limit) return;
        for (var generation = 1; generation <= GC.MaxGeneration && RentedBytes + bytes >= limit / 2; generation++)
        {
            GC.Collect(generation, GCCollectionMode.Forced, blocking: true);
            GC.WaitForPendingFinalizers();
        }
        Interlocked.Exchange(ref collectAt, Math.Max(FirstCollection, 2 * (RentedBytes + bytes)));
    }

    /// <summary>Eight sizes per octave: at most an eighth is wasted, and similar shapes share blocks.</summary>
    static long Rounded(long bytes)
    {
        var step = Math.Max(LineBytes, (long)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)bytes) / 16);
        return checked((bytes + step - 1) / step * step);
    }

    static Block Allocate(long bytes)
    {
        var large = bytes >= LargeBytes;
        var alignment = bytes >= HugePageBytes ? HugePageBytes : LineBytes;
        // buffers that are read together must not start at the same page colour
        var skew = large ? Interlocked.Increment(ref allocations) % SkewCount * SkewStep : 0;
        var size = checked((nuint)(bytes + skew));
        void* start;
        try
        {
            start = NativeMemory.AlignedAlloc(size, (nuint)alignment);
        }
        catch (OutOfMemoryException)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            lock (Gate) Trim();
            start = NativeMemory.AlignedAlloc(size, (nuint)alignment);
        }
        if (bytes >= HugePageBytes && OperatingSystem.IsLinux()) _ = AdviseHugePages(start, size, 14);
        return new Block((nint)start, bytes, (nint)start + (nint)skew);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int AdviseHugePages(void* start, nuint length, int advice);
}
