using System.Buffers;
using Recurve.Devices;

namespace Recurve.Distributed;

/// <summary>A world of one: the same program without MPI.</summary>
internal sealed unsafe class Alone() : Communicator(0, 1)
{
    public override void Abort(string reason, int exitCode = 1)
    {
        Console.Error.WriteLine(reason);
        Environment.Exit(exitCode == 0 ? 1 : exitCode);
    }

    private protected override bool TakesCore(Accelerator accelerator) => true;

    private protected override void BarrierCore()
    {
    }

    private protected override void BroadcastCore(void* values, int count, Element kind, int root)
    {
    }

    private protected override void AllReduceCore(void* values, int count, Element kind, Reduction how)
    {
    }

    private protected override PendingReduction StartAllReduceCore(MemoryHandle values, int count, Element kind, Reduction how)
    {
        values.Dispose();
        return new Done();
    }

    private protected override void AllGatherCore(void* mine, void* all, int count, Element kind) => Copy(mine, count, all, count, kind);

    private protected override void SendReceiveCore(void* send, int sendCount, int? to, void* receive, int receiveCount, int? from, Element kind)
    {
        if (to is null != from is null) throw new MpiException("A world of one can only send to itself what it receives.");
        if (to is not null) Copy(send, sendCount, receive, receiveCount, kind);
    }

    private protected override Communicator SplitCore(int group) => new Alone();

    private protected override void Close()
    {
    }

    static void Copy(void* from, int count, void* to, int room, Element kind)
    {
        var size = kind switch { Element.Float => sizeof(float), Element.Double => sizeof(double), _ => 1 };
        if (count > room) throw new MpiException($"{count} elements were sent, but there is room for {room}.");
        Buffer.MemoryCopy(from, to, (long)room * size, (long)count * size);
    }
}
