using System.Runtime.CompilerServices;
using Recurve.Contracts;
using Recurve.Kernels.Lanes;

namespace Recurve.Kernels.Sequential;

/// <summary>One row of a step-by-step recurrence, channels [first, end): whole lanes, then the channels that are left one by one.</summary>
internal static unsafe class SequentialRows<TBody, V>
    where TBody : struct, ISequentialBody
    where V : unmanaged, ILane<V>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Step(FrameTable* table, nint first, nint end)
    {
        var stores = table->Stores;
        var c = first;
        for (; c <= end - V.Width; c += V.Width) TBody.Step(new Frame<V>(table, c, stores));
        for (; c < end; c++) TBody.Step(new Frame<Lane1>(table, c, stores));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Adjoint(FrameTable* table, nint first, nint end)
    {
        var stores = table->Stores;
        var lanes = first + (end - first) / V.Width * V.Width;
        for (var c = end - 1; c >= lanes; c--) TBody.Adjoint(new Frame<Lane1>(table, c, stores));
        for (var c = lanes - V.Width; c >= first; c -= V.Width) TBody.Adjoint(new Frame<V>(table, c, stores));
    }

    /// <summary>Copies channels [first, end), whole lanes past the caches; <paramref name="target"/> + first is aligned to the lane.</summary>
    public static void CopyPastCaches(float* source, float* target, nint first, nint end)
    {
        var c = first;
        for (; c <= end - V.Width; c += V.Width) V.StoreNonTemporal(V.Load(source + c), target + c);
        for (; c < end; c++) target[c] = source[c];
    }
}
