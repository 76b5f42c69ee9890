using System.Runtime.CompilerServices;
using Recurve.Contracts;

namespace Recurve.Kernels.Lanes;

/// <summary>
/// The elementary functions, once for every lane: the same operations in the same order on every width. Bounds are stated in
/// <see cref="ILane{V}"/>. Polynomials are minimax fits made for this file, evaluated with fused multiply-adds.
/// </summary>
static partial class LaneMath
{
    const float Log2E = 1.44269504f;

    // ln 2 in two parts; n times the first is exact for |n| < 4096.
    const float Ln2High = 0.69311523f, Ln2Low = 3.1946183e-05f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Square<V>(V x) where V : unmanaged, ILane<V> => x * x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Rsqrt<V>(V x) where V : unmanaged, ILane<V> => V.Create(1f) / V.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Abs<V>(V x) where V : unmanaged, ILane<V> => x & V.CreateBits(0x7fffffff);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sign<V>(V x) where V : unmanaged, ILane<V>
        => ((x > V.Create(0f)) & V.Create(1f)) | ((x < V.Create(0f)) & V.Create(-1f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Relu<V>(V x) where V : unmanaged, ILane<V> => V.Select(x <= V.Create(0f), V.Create(0f), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LeakyRelu<V>(V x, V slope) where V : unmanaged, ILane<V> => V.Select(x > V.Create(0f), x, x * slope);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Min<V>(V left, V right) where V : unmanaged, ILane<V>
        => V.Select(V.AreEqual(left, left), V.SmallerElseRight(left, right), left);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Max<V>(V left, V right) where V : unmanaged, ILane<V>
        => V.Select(V.AreEqual(left, left), V.GreaterElseRight(left, right), left);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Clamp<V>(V x, V low, V high) where V : unmanaged, ILane<V> => Min(Max(x, low), high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V HardTanh<V>(V x) where V : unmanaged, ILane<V> => ClampFixed(x, -1f, 1f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V HardSigmoid<V>(V x) where V : unmanaged, ILane<V> => ClampFixed(x + V.Create(3f), 0f, 6f) / V.Create(6f);

    // The bounds are numbers, so that only x can be NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V ClampFixed<V>(V x, float low, float high) where V : unmanaged, ILane<V>
        => V.SmallerElseRight(V.Create(high), V.GreaterElseRight(V.Create(low), x));

    /// <summary>Applies a scalar function where |x| is beyond a limit, and leaves the others as they are.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static unsafe V ReplaceBeyond<V>(V x, V result, float limit, delegate*<float, float> function) where V : unmanaged, ILane<V>
    {
        float* arguments = stackalloc float[V.Width], results = stackalloc float[V.Width];
        V.Store(x, arguments);
        V.Store(result, results);
        for (int i = 0; i < V.Width; i++)
        {
            if (!(MathF.Abs(arguments[i]) <= limit)) results[i] = function(arguments[i]);
        }
        return V.Load(results);
    }
}
