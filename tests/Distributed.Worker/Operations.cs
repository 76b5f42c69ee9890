namespace Recurve.Distributed.Worker;

/// <summary>Every operation of a communicator against what it must give, computed here.</summary>
static class Operations
{
    const int Length = 1001;

    public static void Check(Communicator ranks)
    {
        int rank = ranks.Rank, size = ranks.Size, all = size * (size - 1) / 2;
        Traffic before = ranks.Traffic;

        float[] values = [.. Enumerable.Range(0, Length).Select(i => (float)(rank + i))];
        ranks.AllReduce<float>(values);
        Same(values, i => all + i * size);
        double[] largest = [rank, -rank];
        ranks.AllReduce<double>(largest, Reduction.Max);
        Same(largest, i => i == 0 ? size - 1 : 0);
        ranks.AllReduce<double>(largest = [rank, -rank], Reduction.Min);
        Same(largest, i => i == 0 ? 0 : 1 - size);

        float[][] parts = [.. Enumerable.Range(0, 3).Select(p => Enumerable.Repeat((float)(rank * (p + 1)), Length << p).ToArray())];
        PendingReduction[] pending = [.. parts.Select(p => ranks.StartAllReduce(p.AsMemory()))];
        foreach (PendingReduction one in pending) one.Wait();
        for (int p = 0; p < parts.Length; p++) Same(parts[p], _ => all * (p + 1));
        if (!pending[0].Test()) throw new InvalidOperationException("A reduction that was waited for is not done.");

        byte[] bytes = [.. Enumerable.Range(0, Length).Select(i => (byte)(rank + i))];
        ranks.Broadcast<byte>(bytes, size - 1);
        Same(bytes, i => (byte)(size - 1 + i));

        var gathered = new double[2 * size];
        ranks.AllGather([rank, 0.5], gathered);
        Same(gathered, i => i % 2 == 0 ? i / 2 : 0.5);

        // one's own number to the next rank, round; then the same without closing the ring
        Span<float> received = [-1];
        ranks.SendReceive<float>([rank], (rank + 1) % size, received, (rank + size - 1) % size);
        Same(received.ToArray(), _ => (rank + size - 1) % size);
        received[0] = -1;
        ranks.SendReceive<float>([rank], rank + 1 < size ? rank + 1 : null, received, rank > 0 ? rank - 1 : null);
        Same(received.ToArray(), _ => rank - 1);

        using (Communicator group = ranks.Split(rank % 2))
        {
            Span<double> sum = [rank];
            group.AllReduce(sum);
            Same(sum.ToArray(), _ => Enumerable.Range(0, size).Where(r => r % 2 == rank % 2).Sum());
            if (group.Rank != rank / 2) throw new InvalidOperationException($"Rank {rank} has rank {group.Rank} in its group.");
        }
        ranks.Barrier();
        Traffic expected = new(
            Broadcast: Length, AllReduce: Length * 4L + 2 * 16 + 7 * Length * 4, AllGather: 16, SendReceive: rank + 1 < size ? 8 : 4, Calls: 12);
        if (ranks.Traffic - before is var counted && counted != expected) throw new InvalidOperationException($"Counted {counted}, expected {expected}.");
        if (rank == 0) Console.WriteLine($"{size} ranks of {World.Library}");
    }

    static void Same<T>(T[] values, Func<int, double> expected) where T : struct, IConvertible
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i].ToDouble(null) != expected(i)) throw new InvalidOperationException($"Element {i} is {values[i]}, expected {expected(i)}.");
        }
    }
}
