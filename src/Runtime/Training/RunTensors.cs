namespace Recurve;

/// <summary>What a checkpoint holds of a run beside model and optimizer, by name.</summary>
/// <param name="Best">The model's tensors at its best; none before it was measured.</param>
/// <param name="Carried">What goes on from one minibatch to the next.</param>
internal sealed record RunTensors(IReadOnlyDictionary<string, Tensor> Best, IReadOnlyDictionary<string, Tensor> Carried)
{
    static readonly Dictionary<string, Tensor> nothing = [];

    public static RunTensors None { get; } = new(nothing, nothing);
}
