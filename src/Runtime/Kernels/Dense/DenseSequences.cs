using Recurve.Kernels.Gemm;

namespace Recurve.Kernels.Dense;

/// <summary>Whole sequences side by side, each in one piece.</summary>
internal sealed unsafe class DenseSequences
{
    readonly DenseWalk walk;
    readonly Storage rows;
    readonly DenseSegment[] segments;

    public DenseSequences(DenseWalk walk, int[] batches)
    {
        this.walk = walk;
        rows = Storage.Rent((long)batches.Length * walk.Width);
        segments = [.. batches.Select((b, i) => new DenseSegment(b, 0, walk.Length(b), RowAt(i), RowAt(i)))];
    }

    /// <summary>On all cores.</summary>
    public void Run(PackedMatrix matrix)
    {
        foreach (var segment in segments) walk.TakeStart(segment.Batch, (float*)segment.Before);
        DenseSweep.Run(walk, matrix, segments, writes: true);
        foreach (var segment in segments) walk.LeaveEnd(segment.Batch, (float*)segment.Behind);
    }

    /// <summary>Again and again on this thread, without allocating; sequences of one length.</summary>
    public void RunHere(PackedMatrix matrix)
    {
        foreach (var segment in segments) walk.TakeStart(segment.Batch, (float*)segment.Before);
        DenseSweep.RunBlock(walk, matrix, segments, writes: true);
        foreach (var segment in segments) walk.LeaveEnd(segment.Batch, (float*)segment.Behind);
    }

    public void Release() => rows.Return();

    nint RowAt(int index) => (nint)(rows.Pointer + (long)index * walk.Width);
}
