using System.Runtime.InteropServices;

namespace Recurve.Benchmarks;

/// <summary>Aligned memory for one case, given back with it; buffers that are walked together start at different page colours.</summary>
sealed unsafe partial class Buffers : IDisposable
{
    const nuint HugePage = 1 << 21;
    const int AdviseHugePages = 14;

    readonly List<nint> taken = [];

    /// <summary>Numbers in [low, high), always the same.</summary>
    public float* Take(long floats, float low = 0, float high = 0)
    {
        nuint bytes = ((nuint)floats * 4 + 2 * HugePage - 1) / HugePage * HugePage;
        byte* memory = (byte*)NativeMemory.AlignedAlloc(bytes, HugePage);
        if (OperatingSystem.IsLinux()) _ = Advise(memory, bytes, AdviseHugePages);
        float* start = (float*)(memory + taken.Count % 7 * 4416);
        taken.Add((nint)memory);
        uint seed = 12345;
        for (long i = 0; i < floats; i++)
        {
            seed = seed * 1664525 + 1013904223;
            start[i] = low + (high - low) * ((seed >> 8) * (1f / 16777216));
        }
        return start;
    }

    public void Dispose()
    {
        foreach (nint memory in taken) NativeMemory.AlignedFree((void*)memory);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* memory, nuint bytes, int advice);
}
