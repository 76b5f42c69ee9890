namespace Recurve.Distributed;

/// <summary>
/// Bytes that this rank gave to the operations of a communicator since it was made: the n of the cost models. What a network carries for them is n times
/// the operation's factor (docs/scaling.md), and nothing where there is one rank.
/// </summary>
/// <param name="Broadcast">Bytes of broadcast buffers, on the root as on the others.</param>
/// <param name="AllReduce">Bytes of reduced buffers.</param>
/// <param name="AllGather">Bytes of this rank's parts.</param>
/// <param name="SendReceive">Bytes sent to a neighbour.</param>
/// <param name="Calls">Operations of all kinds, barriers included.</param>
public readonly record struct Traffic(long Broadcast, long AllReduce, long AllGather, long SendReceive, long Calls)
{
    /// <summary>What came between two readings.</summary>
    public static Traffic operator -(Traffic later, Traffic earlier) => Subtract(later, earlier);

    /// <summary>What came between two readings.</summary>
    public static Traffic Subtract(Traffic later, Traffic earlier) => new(
        later.Broadcast - earlier.Broadcast, later.AllReduce - earlier.AllReduce, later.AllGather - earlier.AllGather,
        later.SendReceive - earlier.SendReceive, later.Calls - earlier.Calls);
}
