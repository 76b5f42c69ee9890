using System.Numerics;

namespace Recurve.Distributed;

/// <summary>
/// What is faster for the summaries of slices, by the model of docs/scaling.md: gathering those of all p ranks and folding the carry through p − 1 of them, or a scan in ⌈log₂ p⌉ rounds, each of
/// which sends one summary and composes two; after it all agree on one bit.
/// </summary>
internal static class ScanRule
{
    // seconds per message, per byte sent, and per byte of a summary that is folded or composed (8 GB/s)
    const double Latency = 2e-6, PerByte = 1e-10, PerFoldedByte = 1.25e-10;

    /// <summary>Whether a scan is. It depends on the sizes alone, so that every rank, and every run, does the same.</summary>
    /// <param name="ranks">p.</param>
    /// <param name="bytes">Of one rank's summary.</param>
    public static bool Pays(int ranks, long bytes)
    {
        var rounds = BitOperations.Log2((uint)ranks - 1) + 1;
        return ranks > 2 && rounds * (Latency + bytes * (PerByte + 2 * PerFoldedByte)) < (ranks - 1) * (double)bytes * (PerByte + PerFoldedByte);
    }
}
