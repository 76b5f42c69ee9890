using Recurve.Contracts;

namespace Recurve.Kernels;

/// <summary>
/// Adjoints of the streams that are constant over the call, summed over rows: in single precision, lane by lane, over at most
/// <see cref="FlushRows"/> rows (the copies side by side in folded rows then in pairs, see <see cref="Fold"/>); then in double precision into the partial sums of a unit of work (a batch, a tile), which are
/// finally added up in the units' order. Units depend on the shape alone, so the sum does not depend on the threads.
/// </summary>
internal unsafe struct RowSums
{
    public const int FlushRows = 256;

    readonly float* rows;
    double* partial;
    readonly int count, width, first, end, copies;
    int pending;

    /// <summary>
    /// Starts the sums of one unit, for channels [first, end). <paramref name="partial"/> has the unit's <see cref="Count"/> × width sums;
    /// they are cleared here; null: <see cref="MoveTo"/> names the unit. A row is <paramref name="copies"/> folded ones.
    /// </summary>
    public RowSums(FrameCursor cursor, BodySignature body, Launch launch, Scratch scratch, double* partial, int first, int end, int copies = 1)
    {
        count = Count(body, launch);
        width = launch.Width;
        (this.first, this.end, this.copies) = (first, end, copies);
        rows = count > 0 ? scratch.TakeZeroed<float>((long)count * copies * width) : null;
        for (int i = 0, k = 0; i < body.Streams; i++)
        {
            if (!IsSummed(body, launch, i)) continue;
            cursor.SumInto(i, rows + (long)k * copies * width);
            k++;
        }
        if (partial != null) MoveTo(partial);
    }

    /// <summary>After a flush: starts the sums of another unit.</summary>
    public void MoveTo(double* partial)
    {
        this.partial = partial;
        for (var k = 0; k < count; k++) new Span<double>(partial + (long)k * width + first, end - first).Clear();
    }

    /// <summary>Number of sums of a launch.</summary>
    public static int Count(BodySignature body, Launch launch)
    {
        var count = 0;
        for (var i = 0; i < body.Streams; i++)
            if (IsSummed(body, launch, i)) count++;
        return count;
    }

    /// <summary>As many rows may be summed before <see cref="NextRows"/> is called.</summary>
    public readonly int RowsLeft => count > 0 ? FlushRows - pending : int.MaxValue;

    /// <summary>After each row.</summary>
    public void NextRow() => NextRows(1);

    /// <summary>After so many rows, at most <see cref="RowsLeft"/>.</summary>
    public void NextRows(int rows)
    {
        if (count > 0 && (pending += rows) == FlushRows) Flush();
    }

    /// <summary>At the end of the unit.</summary>
    public void Flush()
    {
        for (var k = 0; k < count; k++)
        {
            var row = rows + (long)k * copies * width;
            var sum = partial + (long)k * width;
            for (int left = copies, half; left > 1; left -= half)
            {
                half = left / 2;
                Fold.Add(row, row + (long)(left - half) * width, (nint)half * width);
            }
            for (var c = first; c < end; c++) sum[c] += row[c];
            new Span<float>(row + first, (copies - 1) * width + end - first).Clear();
        }
        pending = 0;
    }

    /// <summary>Adds the units' partial sums, <paramref name="stride"/> doubles apart, to the launch's accumulators.</summary>
    public static void Combine(BodySignature body, Launch launch, double* partials, int units, long stride)
    {
        for (int i = 0, k = 0; i < body.Streams; i++)
        {
            if (!IsSummed(body, launch, i)) continue;
            for (var same = i; same < body.Streams; same++)
            {
                if (IsWanted(body, launch, same) && body.FirstWithAdjointOf(same) == body.FirstWithAdjointOf(i))
                    Combine((double*)launch.StreamAdjoints[same].Sum, partials + (long)k * launch.Width, units, stride, launch.Width);
            }
            k++;
        }
    }

    /// <summary>Adds rows of doubles in order.</summary>
    public static void Combine(double* sum, double* partials, int units, long stride, int width)
    {
        for (var unit = 0; unit < units; unit++)
            for (var c = 0; c < width; c++)
                sum[c] += partials[unit * stride + c];
    }

    /// <summary>Whether the stream is the first wanted one of those with its adjoint: they have one sum.</summary>
    static bool IsSummed(BodySignature body, Launch launch, int stream)
    {
        if (!IsWanted(body, launch, stream)) return false;
        for (var same = body.FirstWithAdjointOf(stream); same < stream; same++)
            if (IsWanted(body, launch, same) && body.FirstWithAdjointOf(same) == body.FirstWithAdjointOf(stream)) return false;
        return true;
    }

    static bool IsWanted(BodySignature body, Launch launch, int stream)
        => body.Differentiable[stream] && launch.StreamAdjoints[stream] is { Sum: not 0, Mode: not StoreMode.Discard };
}
