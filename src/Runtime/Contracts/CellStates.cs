namespace Recurve;

/// <summary>The states of a cell between two calls; each cell has its own sealed record of them.</summary>
public abstract record CellStates
{
    /// <summary>The tensors in declaration order, each (batch, size).</summary>
    protected abstract IReadOnlyList<Tensor> Components { get; }

    internal IReadOnlyList<Tensor> Tensors => Components;
}
