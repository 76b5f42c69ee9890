using Recurve.Kernels.Gemm;

namespace Recurve.Kernels.Dense;

/// <summary>The chunks of all sequences with what is before and behind each; chunk k of all sequences lies side by side.</summary>
internal sealed unsafe class DenseChunks
{
    readonly DenseWalk walk;
    readonly int steps, most = 1;
    readonly Storage before, behind;

    public DenseChunks(DenseWalk walk, int steps)
    {
        (this.walk, this.steps) = (walk, steps);
        for (var b = 0; b < walk.Batches; b++) most = Math.Max(most, CountOf(b));
        before = Storage.Rent((long)most * walk.Batches * walk.Width, clear: true);
        behind = Storage.Rent((long)most * walk.Batches * walk.Width, clear: true);
        for (var b = 0; b < walk.Batches; b++) walk.TakeStart(b, Before(0, b));
    }

    /// <summary>All chunks but each sequence's last, the first from the start and the others from zero; the result is what the next one starts from.</summary>
    public DenseSegment[] Alone() => Segments((k, b) => k < CountOf(b) - 1
        ? new(b, k * steps, steps, k == 0 ? (nint)Before(k, b) : 0, (nint)Before(k + 1, b))
        : null);

    /// <summary>The same from the inputs alone, for all chunks from zero: <paramref name="input"/> copies those of a chunk.</summary>
    public void Respond(DenseInput input)
    {
        var (impulse, columns) = (input.Impulse, input.Columns);
        var inputs = Storage.Rent((long)most * walk.Batches * steps * columns, clear: true);
        foreach (var segment in Segments((k, b) => k < CountOf(b) - 1 ? new(b, k * steps, steps, 0, 0) : null))
        {
            var row = inputs.Pointer + ((long)(segment.First / steps) * walk.Batches + segment.Batch) * steps * columns;
            input.Copy(segment.Batch, segment.First, steps, row);
        }
        if (most > 1) impulse.Respond(inputs.Pointer, Before(1, 0), (most - 1L) * walk.Batches);
        inputs.Return();
    }

    /// <summary>All chunks, each from its carry.</summary>
    public DenseSegment[] Carried() => Segments((k, b) => k < CountOf(b)
        ? new(b, k * steps, Math.Min(steps, walk.Length(b) - k * steps), (nint)Before(k, b), (nint)Behind(k, b))
        : null);

    /// <summary>Adds what the carry before each chunk makes of the one behind it.</summary>
    /// <param name="power">Rows times M^L.</param>
    /// <param name="first">First chunk whose end does not have it yet.</param>
    public void Fold(PackedMatrix power, int first)
    {
        var width = walk.Width;
        var uncarried = Storage.Rent((long)walk.Batches * width);
        for (var k = first; k < most - 1; k++)
        {
            RowsOf(Before(k + 1, 0)).CopyTo(RowsOf(uncarried.Pointer));
            MatrixProduct.MultiplyParallel(Before(k, 0), width, power, Before(k + 1, 0), width, walk.Batches, accumulate: true);
            for (var b = 0; b < walk.Batches; b++)
            {
                // a cut chunk does not see its carry, not even as 0 · ∞
                if (k + 1 < CountOf(b) && walk.IsCut(b, k * steps, (k + 1) * steps))
                    new ReadOnlySpan<float>(uncarried.Pointer + (long)b * width, width).CopyTo(new(Before(k + 1, b), width));
            }
        }
        uncarried.Return();
    }

    /// <summary>Hands out the ends of the sequences, but for those that must be run in one piece.</summary>
    public int[] Leave()
    {
        var serial = new List<int>();
        for (var b = 0; b < walk.Batches; b++)
        {
            var count = CountOf(b);
            if (count == 0) walk.LeaveEnd(b, Before(0, b));
            else if (Enumerable.Range(0, count - 1).All(k => IsFinite(Before(k + 1, b)) && IsFinite(Behind(k, b)))) walk.LeaveEnd(b, Behind(count - 1, b));
            else serial.Add(b);
        }
        return [.. serial];
    }

    public void Release()
    {
        before.Return();
        behind.Return();
    }

    int CountOf(int batch) => (walk.Length(batch) + steps - 1) / steps;

    float* Before(int chunk, int batch) => before.Pointer + ((long)chunk * walk.Batches + batch) * walk.Width;

    float* Behind(int chunk, int batch) => behind.Pointer + ((long)chunk * walk.Batches + batch) * walk.Width;

    Span<float> RowsOf(float* first) => new(first, walk.Batches * walk.Width);

    DenseSegment[] Segments(Func<int, int, DenseSegment?> of)
        => [.. Enumerable.Range(0, most * walk.Batches).Select(i => of(i / walk.Batches, i % walk.Batches)).OfType<DenseSegment>()];

    bool IsFinite(float* row) => Magnitudes.AreBelow(float.PositiveInfinity, row, walk.Width);
}
