namespace Recurve;

/// <summary>Something with parameters that maps sequences to sequences.</summary>
public abstract class Module
{
    /// <summary>(B, T, inputs) to (B, T, outputs).</summary>
    public abstract Tensor Forward(Tensor x, Sequence? sequence = null);
}
