namespace Recurve;

/// <summary>
/// Minibatches by number, always the same for the same number: that is all a checkpoint needs to know of the data, and what makes a resumed run
/// equal to an uninterrupted one. <see cref="Batches"/> makes them from tensors, from lists and from functions.
/// </summary>
/// <typeparam name="TBatch">A minibatch, such as a tuple of tensors.</typeparam>
public interface IBatches<out TBatch>
{
    /// <summary>Minibatches in one pass over the data; null where there is no end of fresh ones.</summary>
    long? PerEpoch { get; }

    /// <summary>Examples in a minibatch: its weight in means, and what throughput counts.</summary>
    /// <param name="iteration">From 0, through all epochs.</param>
    int SizeOf(long iteration);

    /// <summary>A minibatch.</summary>
    /// <param name="iteration">From 0, through all epochs.</param>
    TBatch this[long iteration] { get; }
}
