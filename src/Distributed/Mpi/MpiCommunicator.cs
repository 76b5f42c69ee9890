using System.Buffers;
using Recurve.Devices;

namespace Recurve.Distributed.Mpi;

/// <summary>Processes that an MPI launcher started.</summary>
internal sealed unsafe class MpiCommunicator : Communicator
{
    /// <summary>Time for a launcher to pass on the last line of a rank, before it ends the ranks: MPICH's drops what it has not read by then.</summary>
    public static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(300);

    readonly Convention mpi;
    readonly bool isWorld;
    nint handle;

    MpiCommunicator(Convention mpi, nint handle, bool isWorld, int rank, int size) : base(rank, size)
        => (this.mpi, this.handle, this.isWorld) = (mpi, handle, isWorld);

    /// <summary>Initialises MPI; at most once in a process.</summary>
    public static MpiCommunicator World(Convention mpi)
    {
        Native.Check(Native.InitThread(0, 0, mpi.ThreadSerialized, out int provided), "MPI_Init_thread");
        Native.Check(Native.SetErrorHandler(mpi.World, mpi.ErrorsReturn), "MPI_Comm_set_errhandler");
        if (provided < mpi.ThreadSerialized)
            throw new MpiException($"This MPI library allows calls from its main thread only (thread level {provided}, needed {mpi.ThreadSerialized}).");
        return Of(mpi, mpi.World, isWorld: true);
    }

    // errors are returned here too: a group inherits its parent's handler
    static MpiCommunicator Of(Convention mpi, nint handle, bool isWorld)
    {
        Native.Check(Native.Rank(handle, out int rank), "MPI_Comm_rank");
        Native.Check(Native.Size(handle, out int size), "MPI_Comm_size");
        return new(mpi, handle, isWorld, rank, size);
    }

    public override void Abort(string reason, int exitCode = 1)
    {
        Console.Error.WriteLine($"rank {Rank} of {Size}: {reason}");
        Thread.Sleep(LastWords);
        _ = Native.Abort(mpi.World, exitCode == 0 ? 1 : exitCode);
    }

    private protected override bool TakesCore(Accelerator accelerator) => accelerator.HasCudaAddresses && Distributed.World.TakesCudaMemory;

    private protected override void BarrierCore() => Native.Check(Native.Barrier(Handle), "MPI_Barrier");

    private protected override void BroadcastCore(void* values, int count, Element kind, int root)
        => Native.Check(Native.Broadcast(values, count, Type(kind), root, Handle), "MPI_Bcast");

    private protected override void AllReduceCore(void* values, int count, Element kind, Reduction how)
        => Native.Check(Native.AllReduce(mpi.InPlace, values, count, Type(kind), Operation(how), Handle), "MPI_Allreduce");

    private protected override PendingReduction StartAllReduceCore(MemoryHandle values, int count, Element kind, Reduction how)
    {
        nint request = 0;
        Native.Check(Native.StartAllReduce(mpi.InPlace, values.Pointer, count, Type(kind), Operation(how), Handle, ref request), "MPI_Iallreduce");
        return new MpiReduction(mpi, request, values);
    }

    private protected override void AllGatherCore(void* mine, void* all, int count, Element kind)
        => Native.Check(Native.AllGather(mine, count, Type(kind), all, count, Type(kind), Handle), "MPI_Allgather");

    private protected override void SendReceiveCore(void* send, int sendCount, int? to, void* receive, int receiveCount, int? from, Element kind)
        => Native.Check(
            Native.SendReceive(
                send, to is null ? 0 : sendCount, Type(kind), to ?? mpi.NoProcess, 0, receive, from is null ? 0 : receiveCount, Type(kind), from ?? mpi.NoProcess, 0, Handle, mpi.StatusIgnore),
            "MPI_Sendrecv");

    private protected override Communicator SplitCore(int group)
    {
        nint made = 0;
        Native.Check(Native.Split(Handle, group, Rank, ref made), "MPI_Comm_split");
        return Of(mpi, made, isWorld: false);
    }

    private protected override void Close()
    {
        if (handle == 0) return;
        if (isWorld)
        {
            // the others are awaited here, not in MPI_Finalize: where a rank is in that while another aborts, Open MPI's launcher (4.1) may wait for ever once all are dead
            BarrierCore();
            Distributed.World.Close();
        }
        else Native.Check(Native.Free(ref handle), "MPI_Comm_free");
        handle = 0;
    }

    nint Handle => handle != 0 ? handle : throw new ObjectDisposedException(nameof(Communicator));

    nint Type(Element kind) => kind switch { Element.Float => mpi.Float, Element.Double => mpi.Double, _ => mpi.Byte };

    nint Operation(Reduction how) => how switch
    {
        Reduction.Sum => mpi.Sum,
        Reduction.Max => mpi.Max,
        Reduction.Min => mpi.Min,
        _ => throw new ArgumentOutOfRangeException(nameof(how), how, "Expected Sum, Max or Min."),
    };
}
