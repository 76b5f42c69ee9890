using System.Runtime.Intrinsics.X86;
using Recurve.Contracts;

namespace Recurve.Kernels;

/// <summary>When results are worth writing past the caches.</summary>
internal static class Traffic
{
    // above this, a buffer has left the caches before the next stage reads it
    const long CachedBytes = 8 << 20;

    /// <summary>The lane to which non-temporal rows must be aligned; 0: write through the caches.</summary>
    public static int NonTemporalLanes<V>(Window window, int width) where V : unmanaged, ILane<V>
        => V.Width > 1 && (long)window.Batches * window.Steps * width * sizeof(float) > CachedBytes ? V.Width : 0;

    /// <summary>Reads numbers into the cache and waits for them.</summary>
    public static unsafe void Fetch(float* numbers, nint count)
    {
        var sum = 0f;
        for (nint i = 0; i < count; i += NumbersPerLine) sum += numbers[i];
        fetched = sum;
    }

    /// <summary>How many steps before its turn a row is asked for.</summary>
    public static int StepsAhead(int width) => Math.Clamp(BytesAhead / (sizeof(float) * width), 1, 16);

    /// <summary>Says that numbers will soon be read, where the processor can be told. They need not exist.</summary>
    public static unsafe void Prefetch(float* numbers, nint count)
    {
        if (!Sse.IsSupported) return;
        for (nint i = 0; i < count; i += NumbersPerLine) Sse.Prefetch0(numbers + i);
    }

    // of each signal: a few of them fit into the first-level cache
    const int BytesAhead = 2048;

    const int NumbersPerLine = 64 / sizeof(float);

    // makes a fetch something that has to happen
    [ThreadStatic] static float fetched;
}
