using Recurve.Kernels.Gemm;

namespace Recurve.Kernels.Dense;

/// <summary>Segments side by side, one product of all of them at every step. A segment's numbers do not depend on its neighbours.</summary>
internal static unsafe class DenseSweep
{
    /// <summary>Rows of the largest register tile: fewer of a block save nothing.</summary>
    public const int Unit = 8;

    // so many rows of a block keep their c in the caches while the matrix passes; a multiple of the register tiles' heights
    const int MostRows = 48;

    /// <summary>Runs all segments, longest first, in blocks on all cores.</summary>
    public static void Run(DenseWalk walk, PackedMatrix matrix, DenseSegment[] segments, bool writes)
    {
        Array.Sort(segments, static (a, b) => a.Steps != b.Steps ? b.Steps.CompareTo(a.Steps)
            : a.First != b.First ? a.First.CompareTo(b.First) : a.Batch.CompareTo(b.Batch));
        var rows = RowsOf(segments.Length, Workers.Count);
        Workers.For((segments.Length + rows - 1) / rows, block =>
        {
            var first = block * rows;
            RunBlock(walk, matrix, segments.AsSpan(first, Math.Min(rows, segments.Length - first)), writes);
        });
    }

    /// <summary>Rows of a block: every thread the same number of blocks, as few as hold all rows. Each reads the whole matrix at every step.</summary>
    static int RowsOf(int segments, int threads)
    {
        var share = Math.Max(1, (segments + threads - 1) / threads);
        var rows = (share + (share + MostRows - 1) / MostRows - 1) / ((share + MostRows - 1) / MostRows);
        return (rows + Unit - 1) / Unit * Unit;
    }

    /// <summary>Runs a few segments, sorted by their lengths, longest first, on this thread.</summary>
    public static void RunBlock(DenseWalk walk, PackedMatrix matrix, ReadOnlySpan<DenseSegment> segments, bool writes)
    {
        var width = walk.Width;
        var scratch = Scratch.OfTask();
        float* c = scratch.Take<float>((long)segments.Length * width), next = scratch.Take<float>((long)segments.Length * width);
        for (var i = 0; i < segments.Length; i++)
        {
            var row = new Span<float>(c + (long)i * width, width);
            if (segments[i].Before == 0) row.Clear();
            else new ReadOnlySpan<float>((float*)segments[i].Before, width).CopyTo(row);
        }
        var active = segments.Length;
        for (var step = 0; ; step++)
        {
            while (active > 0 && segments[active - 1].Steps == step)
            {
                active--;
                new ReadOnlySpan<float>(c + (long)active * width, width).CopyTo(new((float*)segments[active].Behind, width));
            }
            if (active == 0) return;
            for (var i = 0; i < active; i++)
                walk.Enter(segments[i].Batch, segments[i].First + step, c + (long)i * width, next + (long)i * width, writes);
            MatrixProduct.Multiply(c, width, matrix, next, width, active, accumulate: true);
            for (var i = 0; i < active; i++) walk.Leave(segments[i].Batch, segments[i].First + step, next + (long)i * width, writes);
            var after = next;
            next = c;
            c = after;
        }
    }
}
