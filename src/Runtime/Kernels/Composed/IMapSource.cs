using Recurve.Contracts;

namespace Recurve.Kernels.Composed;

/// <summary>Which of a body's methods writes the map of a step.</summary>
internal interface IMapSource
{
    static abstract void Map<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V>;
}

/// <summary>The step itself.</summary>
internal readonly struct StepMaps<TBody> : IMapSource where TBody : struct, IComposedBody
{
    public static void Map<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V> => TBody.Map(x, map);
}

/// <summary>The step against the order.</summary>
internal readonly struct AdjointMaps<TBody> : IMapSource where TBody : struct, ISplitAdjointBody
{
    public static void Map<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V> => TBody.AdjointMap(x, map);
}

/// <summary>The step linearised at a guess.</summary>
internal readonly struct LinearisedMaps<TBody> : IMapSource where TBody : struct, INewtonBody
{
    public static void Map<V>(in Frame<V> x, StepMap<V> map) where V : unmanaged, ILane<V> => TBody.Linearised(x, map);
}
