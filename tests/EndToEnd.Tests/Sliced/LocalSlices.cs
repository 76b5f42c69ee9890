using Recurve.Plans;

namespace Recurve.EndToEnd.Tests.Sliced;

/// <summary>Ranks that are threads of this process.</summary>
sealed class LocalSlices(LocalSlices.World world, int rank, int tiles) : ITimeSlices
{
    public int Rank => rank;

    public int Count => world.Count;

    public int Tiles => tiles;

    public bool Scans(long bytes) => world.Scans;

    public void Exchange(ReadOnlySpan<byte> send, int? to, Span<byte> receive, int? from)
    {
        world.Parts[rank] = send.ToArray();
        world.Meet();
        if (from is { } source) world.Parts[source].CopyTo(receive);
        world.Meet();
    }

    public void Gather(ReadOnlySpan<byte> mine, Span<byte> all)
    {
        world.Parts[rank] = mine.ToArray();
        world.Sent.Add(mine.Length);
        world.Meet();
        for (var r = 0; r < Count; r++) world.Parts[world.Order[r]].CopyTo(all[(r * mine.Length)..]);
        world.Meet();
    }

    /// <summary>Runs <paramref name="body"/> on every rank at once.</summary>
    public static T[] Run<T>(int count, int tiles, Func<ITimeSlices, T> body) => Run(new World(count), tiles, body);

    /// <inheritdoc cref="Run{T}(int, int, Func{ITimeSlices, T})"/>
    public static T[] Run<T>(World world, int tiles, Func<ITimeSlices, T> body)
    {
        var results = new T[world.Count];
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, world.Count).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = body(new LocalSlices(world, rank, tiles));
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref failure, e, null);
                world.Break();
            }
        }))];
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        if (failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        return results;
    }

    public sealed class World(int count)
    {
        readonly Barrier barrier = new(count);
        readonly CancellationTokenSource broken = new();

        public int Count => count;

        public byte[][] Parts { get; } = new byte[count][];

        /// <summary>Which rank's part stands where in what everybody receives.</summary>
        public int[] Order { get; init; } = [.. Enumerable.Range(0, count)];

        /// <summary>Whether summaries are scanned over the ranks.</summary>
        public bool Scans { get; init; }

        public System.Collections.Concurrent.ConcurrentBag<int> Sent { get; } = [];

        // a rank that fails must not leave the others waiting
        public void Meet() => barrier.SignalAndWait(TimeSpan.FromMinutes(2), broken.Token);

        public void Break() => broken.Cancel();
    }
}
