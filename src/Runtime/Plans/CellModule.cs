using Recurve.Contracts;

namespace Recurve;

/// <summary>The generated half of every cell derives from this.</summary>
public abstract class CellModule : Module
{
    /// <summary>Describes the cell to the runtime; called once, on first use.</summary>
    protected abstract CellDefinition Define();

    /// <summary>Runs the compiled stages. Inputs (B, T, size) in Step's order; start null: the cell's initial states.</summary>
    protected (Tensor[] Outputs, CellStates End) Run(Tensor[] inputs, CellStates? start, Sequence? sequence)
        => throw new NotSupportedException();

    /// <summary>The initial states for a batch: zero, or trained.</summary>
    protected CellStates CreateInitialStates(int batch) => throw new NotSupportedException();
}
