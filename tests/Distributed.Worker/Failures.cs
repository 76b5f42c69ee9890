namespace Recurve.Distributed.Worker;

/// <summary>What can go wrong on one rank. The others wait in an operation that it never comes to.</summary>
static class Failures
{
    /// <summary>More is sent than fits.</summary>
    public static void Truncate(Communicator ranks)
        => ranks.SendReceive(new float[100 * (ranks.Rank + 1)], (ranks.Rank + 1) % ranks.Size, new float[100], (ranks.Rank + ranks.Size - 1) % ranks.Size);

    public static void Throw(Communicator ranks)
    {
        if (ranks.Rank == ranks.Size - 1) throw new FormatException("the data of this rank is broken");
        ranks.Barrier();
    }

    /// <summary>One rank has ended and one is at work when the first fails.</summary>
    public static void ThrowLate(Communicator ranks)
    {
        if (ranks.Rank == 0) throw new FormatException("the data of this rank is broken");
        if (ranks.Rank == ranks.Size - 1) Thread.Sleep(Timeout.Infinite);
    }

    public static void Exit(Communicator ranks)
    {
        if (ranks.Rank == ranks.Size - 1) Environment.Exit(0);
        ranks.Barrier();
    }

    public static void OtherShapes(Communicator ranks) => _ = new DataParallel(ranks, new Linear(3, ranks.Rank == ranks.Size - 1 ? 5 : 4));
}
