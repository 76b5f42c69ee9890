namespace Recurve;

/// <summary>The states of a cell between two calls; each cell has its own sealed record of them.</summary>
public abstract record CellStates
{
    /// <summary>The tensors in declaration order, each (batch, size…).</summary>
    protected abstract IReadOnlyList<Tensor> Components { get; }

    /// <summary>The tensors of a part's states.</summary>
    protected static IReadOnlyList<Tensor> ComponentsOf(CellStates part) => part.Components;

    internal IReadOnlyList<Tensor> Tensors => Components;
}
