using System.Buffers;

namespace Recurve.Distributed.Mpi;

/// <summary>A request of MPI, with the memory it works on held in place.</summary>
internal sealed class MpiReduction(Convention mpi, nint request, MemoryHandle values) : PendingReduction
{
    bool done;

    public override bool Test()
    {
        if (done) return true;
        Native.Check(Native.Test(ref request, out int flag, mpi.StatusIgnore), "MPI_Test");
        if (flag != 0) Finish();
        return done;
    }

    public override void Wait()
    {
        if (done) return;
        Native.Check(Native.Wait(ref request, mpi.StatusIgnore), "MPI_Wait");
        Finish();
    }

    void Finish()
    {
        done = true;
        values.Dispose();
    }
}
