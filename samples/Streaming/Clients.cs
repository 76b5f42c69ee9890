using System.Collections.Concurrent;

namespace Recurve.Streaming;

/// <summary>One stream of the cell for each client: its states are between its values, whoever else sends some meanwhile.</summary>
sealed class Clients(NextValue cell)
{
    const int Most = 10_000;

    readonly ConcurrentDictionary<string, CellStream> streams = [];

    /// <summary>One value in, one value out; null where there are too many clients for another.</summary>
    public float? Step(string client, float value)
    {
        if (streams.Count >= Most && !streams.ContainsKey(client)) return null;
        CellStream stream = streams.GetOrAdd(client, _ => cell.CreateStream(batch: 1));
        Span<float> next = stackalloc float[1];
        // a client's values have an order
        lock (stream) stream.Step([value], next);
        return next[0];
    }

    /// <summary>Forgets a client; whether there was one.</summary>
    public bool Remove(string client) => streams.TryRemove(client, out _);
}
