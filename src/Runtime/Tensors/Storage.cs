namespace Recurve;

/// <summary>
/// Native memory of one tensor or one kernel's scratch: aligned to a cache line, pooled, given back by the finalizer when nobody
/// calls <see cref="Return"/>. At least 16 floats beyond <see cref="Length"/> belong to it, so that a lane may be read at the end.
/// </summary>
/// <remarks>
/// The garbage collector does not see a raw pointer: whoever computes through <see cref="Pointer"/> ends with
/// <c>GC.KeepAlive(storage)</c> (or the tensor that owns it).
/// </remarks>
internal sealed unsafe class Storage
{
    float* pointer;
    StoragePool.Block block;

    Storage(StoragePool.Block block, long length)
    {
        this.block = block;
        pointer = block.Pointer;
        Length = length;
    }

    ~Storage() => GiveBack();

    /// <summary>Number of floats asked for.</summary>
    public long Length { get; }

    /// <summary>First float, 64-byte aligned; never null, also for length 0.</summary>
    /// <exception cref="InvalidOperationException">The memory was returned.</exception>
    public float* Pointer => pointer != null ? pointer : throw new InvalidOperationException(
        "The memory of this tensor was returned to the pool: it was an intermediate result of a graph that Backward has consumed.");

    /// <summary>Whether <see cref="Return"/> was called.</summary>
    public bool IsReturned => pointer == null;

    /// <summary>How many gradient slots of a running backward pass hold it; <see cref="Pinned"/>: it belongs to the user.</summary>
    public int Uses { get; set; }

    /// <summary>Marks memory that a backward pass must neither change nor return.</summary>
    public const int Pinned = int.MinValue / 2;

    /// <summary>Counts changes in place by optimizers and loading, so that a stale graph is noticed.</summary>
    public int Changes { get; set; }

    /// <summary>Takes memory from the pool; its contents are arbitrary unless <paramref name="clear"/>.</summary>
    /// <exception cref="OutOfMemoryException">Neither the pool nor the system has it.</exception>
    public static Storage Rent(long floats, bool clear = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(floats);
        var storage = new Storage(StoragePool.Take(floats), floats);
        if (clear) storage.Clear();
        return storage;
    }

    /// <summary>Sets every float to zero.</summary>
    public void Clear()
    {
        System.Runtime.InteropServices.NativeMemory.Clear(Pointer, checked((nuint)Length * sizeof(float)));
        GC.KeepAlive(this);
    }

    /// <summary>Gives the memory back at once. Later use through this object is an error, a second call has no effect.</summary>
    public void Return()
    {
        GiveBack();
        GC.SuppressFinalize(this);
    }

    void GiveBack()
    {
        if (pointer == null) return;
        pointer = null;
        StoragePool.Give(block);
    }
}
