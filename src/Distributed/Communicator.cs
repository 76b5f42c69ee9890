using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Recurve.Devices;

namespace Recurve.Distributed;

/// <summary>
/// A group of processes that compute together. Every operation but <see cref="SendReceive"/> is collective: all ranks call it, in the same order, with buffers of
/// the same length, from one thread at a time. Numbers are sent as they lie in memory: all machines have one byte order.
/// </summary>
public abstract unsafe class Communicator : IDisposable
{
    private protected enum Element
    {
        Float,
        Double,
        Byte,
    }

    private protected Communicator(int rank, int size) => (Rank, Size) = (rank, size);

    /// <summary>This process's number, from 0.</summary>
    public int Rank { get; }

    /// <summary>Number of processes.</summary>
    public int Size { get; }

    /// <summary>What was given to MPI so far.</summary>
    public Traffic Traffic { get; private set; }

    /// <summary>Returns when all ranks have called it.</summary>
    /// <exception cref="MpiException">MPI failed.</exception>
    public void Barrier()
    {
        Count(default);
        BarrierCore();
    }

    /// <summary>Overwrites everybody's <paramref name="values"/> with those of <paramref name="root"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rank of that number.</exception>
    /// <exception cref="MpiException">MPI failed.</exception>
    public void Broadcast<T>(Span<T> values, int root = 0) where T : unmanaged
    {
        RequireRank(root, nameof(root));
        Count(new() { Broadcast = Bytes<T>(values.Length) });
        fixed (T* start = values) BroadcastCore(start, Elements<T>(values.Length), Kind<T>(), root);
    }

    /// <summary>Overwrites everybody's <paramref name="values"/> with those of all ranks combined, element by element.</summary>
    /// <exception cref="NotSupportedException">The elements are neither float nor double.</exception>
    /// <exception cref="MpiException">MPI failed.</exception>
    public void AllReduce<T>(Span<T> values, Reduction how = Reduction.Sum) where T : unmanaged
    {
        var kind = NumberKind<T>();
        Count(new() { AllReduce = Bytes<T>(values.Length) });
        fixed (T* start = values) AllReduceCore(start, values.Length, kind, how);
    }

    /// <summary>Begins <see cref="AllReduce"/> and returns; <paramref name="values"/> belong to MPI until <see cref="PendingReduction.Wait"/> has returned.</summary>
    /// <exception cref="NotSupportedException">The elements are neither float nor double.</exception>
    /// <exception cref="MpiException">MPI failed.</exception>
    public PendingReduction StartAllReduce<T>(Memory<T> values, Reduction how = Reduction.Sum) where T : unmanaged
    {
        var kind = NumberKind<T>();
        Count(new() { AllReduce = Bytes<T>(values.Length) });
        return StartAllReduceCore(values.Pin(), values.Length, kind, how);
    }

    /// <summary>Whether memory of a device can be given as it is: the processor's always.</summary>
    internal bool Takes(Device device) => device.Accelerator is null || TakesCore(device.Accelerator);

    /// <summary>
    /// Begins to sum floats of memory that it <see cref="Takes"/>, as <see cref="StartAllReduce{T}"/>. That of a device is summed at once, when the device is done with it: what MPI says of its support of
    /// devices holds for blocking operations (of Open MPI's non-blocking ones it does not).
    /// </summary>
    /// <exception cref="MpiException">MPI failed.</exception>
    internal PendingReduction StartAllReduce(Storage values, int count)
    {
        Count(new() { AllReduce = Bytes<float>(count) });
        if (values.Accelerator is not { } accelerator) return StartAllReduceCore(new(values.Pointer), count, Element.Float, Reduction.Sum);
        accelerator.Synchronize();
        AllReduceCore((void*)values.Address, count, Element.Float, Reduction.Sum);
        return new Done();
    }

    /// <summary>Collects everybody's <paramref name="mine"/> in <paramref name="all"/>, in order of rank.</summary>
    /// <exception cref="ArgumentException"><paramref name="all"/> is not <see cref="Size"/> times as long.</exception>
    /// <exception cref="MpiException">MPI failed.</exception>
    public void AllGather<T>(ReadOnlySpan<T> mine, Span<T> all) where T : unmanaged
    {
        if (all.Length != (long)mine.Length * Size)
            throw new ArgumentException($"AllGather of {mine.Length} elements from {Size} ranks needs room for {(long)mine.Length * Size}, not {all.Length}.", nameof(all));
        Count(new() { AllGather = Bytes<T>(mine.Length) });
        fixed (T* from = mine, to = all) AllGatherCore(from, to, Elements<T>(mine.Length), Kind<T>());
    }

    /// <summary>Sends to one rank and receives from one, at once.</summary>
    /// <param name="send">What goes to <paramref name="to"/>.</param>
    /// <param name="to">Null: nobody.</param>
    /// <param name="receive">Filled by <paramref name="from"/>, which sends as much; unchanged where that is null.</param>
    /// <param name="from">Null: nobody.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no rank of that number.</exception>
    /// <exception cref="MpiException">MPI failed, or more came than fits.</exception>
    public void SendReceive<T>(ReadOnlySpan<T> send, int? to, Span<T> receive, int? from) where T : unmanaged
    {
        if (to is { } target) RequireRank(target, nameof(to));
        if (from is { } source) RequireRank(source, nameof(from));
        Count(new() { SendReceive = to is null ? 0 : Bytes<T>(send.Length) });
        fixed (T* first = send, second = receive) SendReceiveCore(first, Elements<T>(send.Length), to, second, Elements<T>(receive.Length), from, Kind<T>());
    }

    /// <summary>Divides the ranks into groups; the result is this rank's group, with the order of ranks kept.</summary>
    /// <param name="group">Ranks with the same number, not negative, come together.</param>
    /// <exception cref="MpiException">MPI failed.</exception>
    public Communicator Split(int group)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(group);
        Count(default);
        return SplitCore(group);
    }

    /// <summary>Ends all processes of the job at once, with an exit code that is not 0, and says on the error stream which rank asked for it and why.</summary>
    public abstract void Abort(string reason, int exitCode = 1);

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    private protected abstract bool TakesCore(Accelerator accelerator);

    private protected abstract void BarrierCore();

    private protected abstract void BroadcastCore(void* values, int count, Element kind, int root);

    private protected abstract void AllReduceCore(void* values, int count, Element kind, Reduction how);

    private protected abstract PendingReduction StartAllReduceCore(System.Buffers.MemoryHandle values, int count, Element kind, Reduction how);

    private protected abstract void AllGatherCore(void* mine, void* all, int count, Element kind);

    private protected abstract void SendReceiveCore(void* send, int sendCount, int? to, void* receive, int receiveCount, int? from, Element kind);

    private protected abstract Communicator SplitCore(int group);

    private protected abstract void Close();

    void Count(Traffic more) => Traffic = new(
        Traffic.Broadcast + more.Broadcast, Traffic.AllReduce + more.AllReduce, Traffic.AllGather + more.AllGather, Traffic.SendReceive + more.SendReceive, Traffic.Calls + 1);

    void RequireRank(int rank, string parameter)
    {
        if (rank < 0 || rank >= Size) throw new ArgumentOutOfRangeException(parameter, rank, $"Expected a rank of 0 to {Size - 1}.");
    }

    static long Bytes<T>(int count) where T : unmanaged => (long)count * sizeof(T);

    static Element Kind<T>() where T : unmanaged
        => typeof(T) == typeof(float) ? Element.Float : typeof(T) == typeof(double) ? Element.Double : Element.Byte;

    static Element NumberKind<T>() where T : unmanaged
        => Kind<T>() is var kind && kind != Element.Byte ? kind : throw new NotSupportedException($"AllReduce combines float and double, not {typeof(T).Name}.");

    /// <summary>Nothing is left to wait for.</summary>
    private protected sealed class Done : PendingReduction
    {
        public override bool Test() => true;

        public override void Wait()
        {
        }
    }

    /// <summary>MPI counts in ints.</summary>
    static int Elements<T>(int count) where T : unmanaged => Kind<T>() == Element.Byte ? checked(count * sizeof(T)) : count;
}
