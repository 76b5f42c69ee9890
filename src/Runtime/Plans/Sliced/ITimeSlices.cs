namespace Recurve.Plans;

/// <summary>
/// The ranks that hold one sequence: rank r the r-th slice of its steps, all of the same length. Every rank makes the same calls in the same order.
/// </summary>
internal interface ITimeSlices
{
    /// <summary>Which slice this is, from 0.</summary>
    int Rank { get; }

    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>
    /// Tiles of each slice. Results depend on the tiles of the whole sequence alone, so that 12 tiles on one rank, 6 on each of two or 4 on each of three
    /// give the same states bit for bit.
    /// </summary>
    int Tiles { get; }

    /// <summary>
    /// Whether summaries of so many bytes are scanned over the ranks, in ⌈log₂ <see cref="Count"/>⌉ rounds, instead of gathered on each. The same on every rank. Results of the two differ in the last
    /// bits, and only gathered ones are those of the tiles of the whole sequence.
    /// </summary>
    bool Scans(long bytes);

    /// <summary>Sends to one rank and receives as many bytes from one, at once; null: to or from nobody. Every rank takes part.</summary>
    void Exchange(ReadOnlySpan<byte> send, int? to, Span<byte> receive, int? from);

    /// <summary>Every rank gives as many bytes; all receive those of all, in the order of the ranks.</summary>
    void Gather(ReadOnlySpan<byte> mine, Span<byte> all);
}
