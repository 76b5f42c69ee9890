using System.Runtime.CompilerServices;
using Recurve.Contracts;
using Recurve.Kernels.Lanes;

namespace Recurve.Kernels.Composed;

/// <summary>The maps of one row, channels [first, end): number i of channel c goes to position i × stride + c − first.</summary>
internal static unsafe class MapRows<TSource, V>
    where TSource : struct, IMapSource
    where V : unmanaged, ILane<V>
{
    /// <param name="table">Streams, and what else the map reads, at this row.</param>
    /// <param name="first">First channel.</param>
    /// <param name="end">Channel after the last.</param>
    /// <param name="numbers">Receives the maps.</param>
    /// <param name="stride">Floats between two numbers of a map.</param>
    /// <param name="count">Numbers of a map, at most 20.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Write(FrameTable* table, nint first, nint end, float* numbers, nint stride, int count)
    {
        // a map of four states has 4 × 4 + 4 numbers
        var lane = stackalloc V[20];
        var single = stackalloc Lane1[20];
        var c = first;
        for (; c <= end - V.Width; c += V.Width)
        {
            TSource.Map(new Frame<V>(table, c, default), new StepMap<V>(lane));
            var target = numbers + (c - first);
            for (var i = 0; i < count; i++, target += stride) V.Store(lane[i], target);
        }
        for (; c < end; c++)
        {
            TSource.Map(new Frame<Lane1>(table, c, default), new StepMap<Lane1>(single));
            var target = numbers + (c - first);
            for (var i = 0; i < count; i++, target += stride) Lane1.Store(single[i], target);
        }
    }

    /// <summary>Adds what arrives at state <paramref name="state"/> besides the carry to an affine map of k states: r += A arrives.</summary>
    public static void Receive(float* numbers, nint stride, int states, int state, float* arrives, nint width)
    {
        for (var i = 0; i < states; i++)
        {
            float* a = numbers + (i * states + state) * stride, r = numbers + (states * states + i) * stride;
            nint c = 0;
            for (; c <= width - V.Width; c += V.Width) V.Store(V.FusedMultiplyAdd(V.Load(a + c), V.Load(arrives + c), V.Load(r + c)), r + c);
            for (; c < width; c++) r[c] = MathF.FusedMultiplyAdd(a[c], arrives[c], r[c]);
        }
    }

    /// <summary>The affine maps of k states applied to the rows of channels [first, end).</summary>
    public static void Apply(float* numbers, nint stride, int states, float** old, float** next, nint first, nint end)
    {
        var width = end - first;
        for (var i = 0; i < states; i++)
        {
            nint c = 0;
            for (; c <= width - V.Width; c += V.Width)
            {
                var sum = V.Load(numbers + (states * states + i) * stride + c);
                for (var j = 0; j < states; j++) sum = V.FusedMultiplyAdd(V.Load(numbers + (i * states + j) * stride + c), V.Load(old[j] + first + c), sum);
                V.Store(sum, next[i] + first + c);
            }
            for (; c < width; c++)
            {
                var sum = numbers[(states * states + i) * stride + c];
                for (var j = 0; j < states; j++) sum = MathF.FusedMultiplyAdd(numbers[(i * states + j) * stride + c], old[j][first + c], sum);
                next[i][first + c] = sum;
            }
        }
    }
}
