using System.Runtime.InteropServices;

namespace Recurve;

/// <summary>The processor's memory, in cache lines and, for large blocks, in huge pages.</summary>
internal sealed unsafe partial class HostMemory : MemorySource
{
    const long LineBytes = 64;
    const long HugePageBytes = 2 << 20;
    const long SkewStep = 256;
    const long SkewCount = 16;
    const long LargeBytes = 64 << 10;

    readonly long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    long allocations;

    /// <summary>Processes of one training on this machine, which share its memory.</summary>
    public static int Sharers { get; set; } = 1;

    /// <summary>A quarter of the memory this process may use.</summary>
    public override long Limit => Math.Max(64L << 20, Bytes / 4);

    public override long Bytes => available / Sharers;

    public override Block Allocate(long bytes)
    {
        var large = bytes >= LargeBytes;
        var alignment = bytes >= HugePageBytes ? HugePageBytes : LineBytes;
        // buffers that are read together must not start at the same page colour
        var skew = large ? Interlocked.Increment(ref allocations) % SkewCount * SkewStep : 0;
        var size = checked((nuint)(bytes + skew));
        var start = NativeMemory.AlignedAlloc(size, (nuint)alignment);
        if (bytes >= HugePageBytes && OperatingSystem.IsLinux()) _ = AdviseHugePages(start, size, 14);
        return new Block((nint)start, bytes, (nint)start + (nint)skew);
    }

    public override void Poison(Block block) => NativeMemory.Fill((void*)block.Start, checked((nuint)block.Bytes), 0xff);

    public override void Free(Block block) => NativeMemory.AlignedFree((void*)block.Base);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int AdviseHugePages(void* start, nuint length, int advice);
}
