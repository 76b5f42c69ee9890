namespace Recurve.Devices;

/// <summary>A device whose groups may wait for each other: those that started run on, whoever waits.</summary>
/// <param name="Units">Its multiprocessors.</param>
/// <param name="CacheBytes">Of the cache that they share.</param>
internal sealed record Chaining(int Units, long CacheBytes);
