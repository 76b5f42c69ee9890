using System.Runtime.CompilerServices;
using Recurve.Contracts;
using Recurve.Kernels.Lanes;

namespace Recurve.Kernels.Map;

/// <summary>One row of a map: whole lanes, then the channels that are left one by one. The hot loop.</summary>
internal static unsafe class MapRows<TBody, V>
    where TBody : struct, IMapBody
    where V : unmanaged, ILane<V>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Forward(FrameTable* table, nint width)
    {
        var stores = table->Stores;
        nint c = 0;
        for (; c <= width - V.Width; c += V.Width) TBody.Forward(new Frame<V>(table, c, stores));
        for (; c < width; c++) TBody.Forward(new Frame<Lane1>(table, c, stores));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Adjoint(FrameTable* table, nint width)
    {
        var stores = table->Stores;
        nint c = 0;
        for (; c <= width - V.Width; c += V.Width) TBody.Adjoint(new Frame<V>(table, c, stores));
        for (; c < width; c++) TBody.Adjoint(new Frame<Lane1>(table, c, stores));
    }
}

/// <summary>A map with its body and lane.</summary>
internal sealed class MapKernel<TBody, V> : MapKernel
    where TBody : struct, IMapBody
    where V : unmanaged, ILane<V>
{
    MapJob<TBody, V>? spare;

    public override void Forward(Launch launch, Window window) => Execute(launch, window, backward: false);

    public override void Adjoint(Launch launch, Window window) => Execute(launch, window, backward: true);

    public override MapStep Bind(Launch launch, bool backward) => new MapStep<TBody, V>(launch, backward);

    void Execute(Launch launch, Window window, bool backward)
    {
        var job = Interlocked.Exchange(ref spare, null) ?? new();
        job.Execute(launch, window, backward);
        spare = job;
    }
}
