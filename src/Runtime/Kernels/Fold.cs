using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Recurve.Contracts;

namespace Recurve.Kernels;

/// <summary>
/// Consecutive rows of few channels as one row of many: R rows of F channels are a row of R·F, over which an elementwise body runs in whole lanes.
/// Rows without gaps between them are that where they lie; others are copied to and fro, and a row that is constant over the call is
/// repeated R times.
/// </summary>
internal readonly unsafe struct Fold
{
    // what a body reads and writes stays in the first-level cache
    const int Elements = 1024;

    // shorter sequences are not worth the way there
    const int FewestElements = 64;

    readonly Copy* copies;
    readonly int count, width;

    /// <summary>Redirects what a cursor finds in rows with gaps.</summary>
    /// <param name="cursor">Afterwards at the first of the folded rows.</param>
    /// <param name="scratch">Lives as long as the fold.</param>
    /// <param name="width">F.</param>
    /// <param name="most">The greatest R.</param>
    public Fold(FrameCursor cursor, Scratch scratch, int width, int most)
    {
        this.width = width;
        copies = scratch.Take<Copy>(cursor.Count);
        for (var i = 0; i < cursor.Count; i++)
        {
            var there = cursor[i];
            if (there.IsNull || there.StepStride == width) continue;
            var row = scratch.Take<float>((long)most * width);
            var mode = cursor.Redirect(i, row);
            if (mode == StoreMode.Discard && there is { BatchStride: 0, StepStride: 0 }) Repeat((float*)there.Start, row, width, most);
            else copies[count++] = new() { There = there, Row = row, Mode = mode };
        }
    }

    /// <summary>Rows to fold: a function of the shape and the lane. 0: rows stay apart.</summary>
    public static int RowsOf<V>(int width, int steps) where V : unmanaged, ILane<V>
        => width < V.Width && (long)width * steps >= FewestElements ? Math.Min(Elements / width / 16 * 16, steps) : 0;

    /// <summary>Before a body reads rows [<paramref name="row"/>, <paramref name="row"/> + <paramref name="count"/>).</summary>
    public void Gather(int batch, int row, int count)
    {
        for (var i = 0; i < this.count; i++)
        {
            var copy = copies[i];
            if (copy.Mode == StoreMode.Discard) Move(copy.There.At(batch, row), (nint)copy.There.StepStride, copy.Row, width, count, width);
        }
    }

    /// <summary>After a body has written them.</summary>
    public void Scatter(int batch, int row, int count)
    {
        for (var i = 0; i < this.count; i++)
        {
            var copy = copies[i];
            if (copy.Mode == StoreMode.Discard) continue;
            var target = copy.There.At(batch, row);
            var stride = (nint)copy.There.StepStride;
            if (copy.Mode != StoreMode.Add) Move(copy.Row, width, target, stride, count, width);
            else for (var r = 0; r < count; r++) Add(target + r * stride, copy.Row + (nint)r * width, width);
        }
    }

    /// <summary>Copies rows.</summary>
    public static void Move(float* source, nint sourceStride, float* target, nint targetStride, int rows, int width)
    {
        if (sourceStride == width && targetStride == width)
        {
            new Span<float>(source, rows * width).CopyTo(new(target, rows * width));
            return;
        }
        // a few channels of all rows at a time: a loop over the channels of each row costs more than what it copies
        var last = width - Vector128<float>.Count;
        for (var c = 0; c < last; c += Vector128<float>.Count) MoveFour(source + c, sourceStride, target + c, targetStride, rows);
        if (last >= 0) MoveFour(source + last, sourceStride, target + last, targetStride, rows);
        else for (var c = 0; c < width; c++) MoveOne(source + c, sourceStride, target + c, targetStride, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void MoveOne(float* source, nint sourceStride, float* target, nint targetStride, int rows)
    {
        for (; rows >= 4; rows -= 4, source += 4 * sourceStride, target += 4 * targetStride)
        {
            float first = source[0], second = source[sourceStride], third = source[2 * sourceStride], fourth = source[3 * sourceStride];
            target[0] = first;
            target[targetStride] = second;
            target[2 * targetStride] = third;
            target[3 * targetStride] = fourth;
        }
        for (; rows > 0; rows--, source += sourceStride, target += targetStride) *target = *source;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void MoveFour(float* source, nint sourceStride, float* target, nint targetStride, int rows)
    {
        for (; rows > 0; rows--, source += sourceStride, target += targetStride) Vector128.Load(source).Store(target);
    }

    /// <summary>target += source.</summary>
    public static void Add(float* target, float* source, nint count)
    {
        nint i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count) Vector.Store(Vector.Load(target + i) + Vector.Load(source + i), target + i);
        for (; i < count; i++) target[i] += source[i];
    }

    static void Repeat(float* source, float* target, int width, int rows)
    {
        var all = new Span<float>(target, rows * width);
        new Span<float>(source, width).CopyTo(all);
        for (var done = width; done < all.Length; done *= 2) all[..Math.Min(done, all.Length - done)].CopyTo(all[done..]);
    }

    /// <summary>A signal that is not read, or not written, where it lies.</summary>
    struct Copy
    {
        public Rows There;
        public float* Row;
        public StoreMode Mode;
    }
}
