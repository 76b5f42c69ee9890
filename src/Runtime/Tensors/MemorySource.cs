namespace Recurve;

/// <summary>One allocation: where it starts, its usable bytes, and the aligned first float.</summary>
internal readonly record struct Block(nint Base, long Bytes, nint Start);

/// <summary>Where a pool takes its blocks from: the processor's memory, or a device's.</summary>
internal abstract class MemorySource
{
    /// <summary>Bytes that a pool may keep for their next use.</summary>
    public abstract long Limit { get; }

    /// <summary>Bytes that this process may use of it.</summary>
    public abstract long Bytes { get; }

    /// <summary>New memory with arbitrary contents.</summary>
    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    public abstract Block Allocate(long bytes);

    /// <summary>Sets every byte, so that a float is NaN.</summary>
    public abstract void Poison(Block block);

    /// <summary>Never throws: finalizers come here.</summary>
    public abstract void Free(Block block);
}
