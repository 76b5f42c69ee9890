using Recurve.Contracts;
using Recurve.Kernels.Lanes;

namespace Recurve.Kernels.Map;

/// <summary>Runs an elementwise body over rows. One object serves every launch of a stage, from any thread.</summary>
internal abstract class MapKernel
{
    /// <summary>The kernel of a body for the lane of this machine.</summary>
    public static MapKernel Of<TBody>() where TBody : struct, IMapBody => LaneChoice.Width switch
    {
        16 => new MapKernel<TBody, Lane512>(),
        8 => new MapKernel<TBody, Lane256>(),
        4 => new MapKernel<TBody, Lane128>(),
        _ => new MapKernel<TBody, Lane1>(),
    };

    /// <summary>Writes the outputs of every valid row of the window.</summary>
    public abstract void Forward(Launch launch, Window window);

    /// <summary>Writes the adjoints of the streams of every valid row of the window.</summary>
    public abstract void Adjoint(Launch launch, Window window);

    /// <summary>The kernel on one step at a time.</summary>
    public abstract MapStep Bind(Launch launch, bool backward);
}
