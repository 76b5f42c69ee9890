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
}
