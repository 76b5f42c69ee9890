namespace Recurve;

/// <summary>Makes <see cref="IBatches{TBatch}"/>.</summary>
public static class Batches
{
    /// <summary>
    /// Rows of two tensors on the processor, (examples, …) each; a minibatch has the rows (size, …) of both, the last one of an epoch those that are left.
    /// </summary>
    /// <param name="inputs">What goes into the model.</param>
    /// <param name="targets">What should come out.</param>
    /// <param name="size">Examples in a minibatch.</param>
    /// <param name="shuffleSeed">Determines the order, another one in each epoch; null: always in order.</param>
    /// <exception cref="ArgumentException">The tensors have different numbers of examples, or none, or are on another device.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is not positive.</exception>
    public static IBatches<(Tensor Inputs, Tensor Targets)> Of(Tensor inputs, Tensor targets, int size, int? shuffleSeed = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        if (inputs.Rank == 0 || targets.Rank == 0 || inputs.Dim(0) != targets.Dim(0))
            throw new ArgumentException($"Expected as many targets as inputs on the first axis, but inputs are {inputs.ShapeText} and targets {targets.ShapeText}.", nameof(targets));
        foreach (var tensor in (ReadOnlySpan<Tensor>)[inputs, targets])
            if (tensor.Accelerator is not null) throw new ArgumentException($"Expected a tensor on the processor, but it is on {tensor.Device}; move each minibatch instead.");
        return Of([.. Enumerable.Range(0, inputs.Dim(0))], size, rows => (TakeRows(inputs, rows), TakeRows(targets, rows)), shuffleSeed);
    }

    /// <summary>Examples from a list, put together by a function; the last minibatch of an epoch has those that are left.</summary>
    /// <param name="examples">All of them, at least one.</param>
    /// <param name="size">Examples in a minibatch.</param>
    /// <param name="collate">Makes a minibatch of some examples.</param>
    /// <param name="shuffleSeed">Determines the order, another one in each epoch; null: always in order.</param>
    /// <exception cref="ArgumentException">There are no examples.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is not positive.</exception>
    public static IBatches<TBatch> Of<TExample, TBatch>(
        IReadOnlyList<TExample> examples, int size, Func<IReadOnlyList<TExample>, TBatch> collate, int? shuffleSeed = null)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(collate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (examples.Count == 0) throw new ArgumentException("Expected at least one example, but the list is empty.", nameof(examples));
        return new Listed<TExample, TBatch>(examples, size, collate, shuffleSeed);
    }

    /// <summary>Fresh minibatches without end.</summary>
    /// <param name="size">Examples in a minibatch.</param>
    /// <param name="create">Makes the minibatch of an iteration, from 0; always the same for the same one.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is not positive.</exception>
    public static IBatches<TBatch> Generate<TBatch>(int size, Func<long, TBatch> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        return new Generated<TBatch>(size, create);
    }

    static unsafe Tensor TakeRows(Tensor tensor, IReadOnlyList<int> rows)
    {
        var result = Tensor.Uninitialized([rows.Count, .. tensor.Sizes[1..]]);
        var row = tensor.Dim(0) == 0 ? 0 : tensor.Length / tensor.Dim(0);
        for (var i = 0; i < rows.Count; i++)
            Buffer.MemoryCopy(tensor.Pointer + rows[i] * row, result.Pointer + i * row, row * sizeof(float), row * sizeof(float));
        GC.KeepAlive(tensor);
        return result;
    }

    sealed class Generated<TBatch>(int size, Func<long, TBatch> create) : IBatches<TBatch>
    {
        public long? PerEpoch => null;

        public int SizeOf(long iteration) => size;

        public TBatch this[long iteration] => create(iteration);
    }

    sealed class Listed<TExample, TBatch>(IReadOnlyList<TExample> examples, int size, Func<IReadOnlyList<TExample>, TBatch> collate, int? seed) : IBatches<TBatch>
    {
        readonly int[] order = [.. Enumerable.Range(0, examples.Count)];
        long ordered = -1;

        public long? PerEpoch => (examples.Count + (long)size - 1) / size;

        public int SizeOf(long iteration) => (int)Math.Min(size, examples.Count - Start(iteration));

        public TBatch this[long iteration]
        {
            get
            {
                if (seed is { } number) Shuffle(number, iteration / PerEpoch!.Value);
                return collate([.. order.AsSpan((int)Start(iteration), SizeOf(iteration)).ToArray().Select(i => examples[i])]);
            }
        }

        long Start(long iteration) => iteration % PerEpoch!.Value * size;

        /// <summary>Fisher-Yates, from the same order each time, so that an epoch does not depend on those before it.</summary>
        void Shuffle(int number, long epoch)
        {
            if (epoch == ordered) return;
            for (var i = 0; i < order.Length; i++) order[i] = i;
            var random = RandomSource.For(number, FormattableString.Invariant($"epoch {epoch}"));
            for (var i = order.Length - 1; i > 0; i--)
            {
                var other = random.NextInt(i + 1);
                (order[i], order[other]) = (order[other], order[i]);
            }
            ordered = epoch;
        }
    }
}
