using System.Runtime.InteropServices;

namespace Recurve.Kernels;

/// <summary>
/// Native memory that a kernel needs only while it runs: carries, row pointers, partial sums. Kept by the thread, so that a call
/// allocates nothing once it has run before. A kernel has one arena while it prepares and another in each task, because a
/// task may run on the thread that prepared it.
/// </summary>
internal sealed unsafe class Scratch
{
    const nuint Alignment = 64;

    [ThreadStatic] static Scratch? preparation, task;

    readonly List<nint> outgrown = [];
    byte* memory;
    nuint size, used, wanted;

    /// <summary>The arena of the thread that prepares a kernel, emptied.</summary>
    public static Scratch OfPreparation() => (preparation ??= new()).Empty();

    /// <summary>The arena of the task that runs on this thread, emptied.</summary>
    public static Scratch OfTask() => (task ??= new()).Empty();

    /// <summary>Uninitialised memory for <paramref name="count"/> items, aligned to a cache line, until the arena is emptied.</summary>
    public T* Take<T>(long count) where T : unmanaged
    {
        // a line more, and an odd number of lines: rows that are walked together must not share a page colour
        var bytes = (((nuint)count * (nuint)sizeof(T) + Alignment - 1) / Alignment | 1) * Alignment;
        wanted += bytes;
        if (used + bytes > size)
        {
            if (memory != null) outgrown.Add((nint)memory);
            size = Math.Max(Math.Max(2 * size, bytes), 16384);
            memory = (byte*)NativeMemory.AlignedAlloc(size, Alignment);
            used = 0;
        }
        var taken = (T*)(memory + used);
        used += bytes;
        return taken;
    }

    /// <summary>The same, zeroed.</summary>
    public T* TakeZeroed<T>(long count) where T : unmanaged
    {
        var taken = Take<T>(count);
        NativeMemory.Clear(taken, (nuint)count * (nuint)sizeof(T));
        return taken;
    }

    Scratch Empty()
    {
        if (outgrown.Count > 0)
        {
            Free();
            size = wanted;
            memory = (byte*)NativeMemory.AlignedAlloc(size, Alignment);
        }
        used = wanted = 0;
        return this;
    }

    void Free()
    {
        foreach (var old in outgrown) NativeMemory.AlignedFree((void*)old);
        outgrown.Clear();
        NativeMemory.AlignedFree(memory);
        memory = null;
    }

    ~Scratch() => Free();
}
