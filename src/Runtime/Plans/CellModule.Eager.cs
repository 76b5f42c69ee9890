using Recurve.Plans;

namespace Recurve;

public abstract partial class CellModule
{
    /// <summary>The user's own Step in double precision over (B, T, inputs): the first output, (B, T, size) row by row.</summary>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    public double[] RunEagerly(Tensor x) => RunEagerly(x, null).Outputs[0];

    /// <summary>The user's own Step in double precision, from given states (null: the initial ones) and over a given sequence.</summary>
    /// <exception cref="ArgumentException">A shape or length does not fit.</exception>
    public EagerRun RunEagerly(Tensor x, CellStates? start, Sequence? sequence = null)
    {
        if (Definition.Inputs.Length != 1) throw SeveralInputsOrOutputs(nameof(RunEagerly));
        return RunEagerlyCore([x], start, sequence);
    }

    /// <summary>The same for any number of inputs, in Step's order.</summary>
    /// <exception cref="ArgumentException">A shape or length does not fit.</exception>
    protected EagerRun RunEagerlyCore(Tensor[] inputs, CellStates? start, Sequence? sequence)
        => EagerRunner.Run(Definition, EagerInputOf(inputs, start, sequence));

    /// <summary>What an eager run is given, with the parameters' present values.</summary>
    internal EagerInput EagerInputOf(Tensor[] inputs, CellStates? start, Sequence? sequence)
    {
        EnsureInitialized();
        Tensor[]? starts = start is null ? null : [.. start.Tensors];
        var walk = CallCheck.Walk(Definition, inputs, starts, sequence);
        return EagerInput.From(
            walk.Batches, walk.Steps, [.. inputs.Select(t => t.ToArray())], [.. FieldTensors.Select(t => t.ToArray())],
            [.. InitialTensors.Select(t => t?.ToArray())], starts is null ? null : [.. starts.Select(t => t.ToArray())],
            walk.Lengths, walk.Reverse, sequence?.Resets?.ToArray());
    }
}
