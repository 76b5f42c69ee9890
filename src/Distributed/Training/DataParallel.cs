namespace Recurve.Distributed;

/// <summary>
/// Trains one model on several ranks, each with its own data: all hold the same weights, every <see cref="Backward"/> sums the gradients over the ranks. Since gradients are then the same
/// everywhere, so is their norm (<see cref="GradientClip"/>), and every rank's optimizer takes the same step.
/// </summary>
/// <remarks>
/// Gradients are summed in buckets, in the order in which the backward pass completes them, while it goes on (Li et al. 2020, arXiv 2006.15704). Sum and order are the same in every run
/// with the same number of ranks, so a training repeats bit for bit. What a module draws in training (<see cref="Dropout"/>) differs from rank to rank: the seed is rank 0's, with the rank mixed in,
/// so that a checkpoint of rank 0 says where all stand.
/// </remarks>
public sealed class DataParallel
{
    readonly Communicator ranks;
    readonly Module model;
    readonly Bucket[] buckets;
    readonly Dictionary<Tensor, int> bucketOf = new(ReferenceEqualityComparer.Instance);
    readonly int[] sizes;

    /// <summary>Checks that all ranks have the same model, and gives all of them the weights and constants of rank 0. Collective.</summary>
    /// <param name="ranks">Which train together.</param>
    /// <param name="model">On every rank the same.</param>
    /// <param name="bucketBytes">Size at which a bucket is sent: what is gained by sending early, against what an operation costs.</param>
    /// <exception cref="MpiException">A rank has another model or runs other code; both are named. On every rank.</exception>
    public DataParallel(Communicator ranks, Module model, long bucketBytes = 4 << 20)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bucketBytes);
        (this.ranks, this.model) = (ranks, model);
        Agreement.Require(ranks, Agreement.Describe(model));
        Transfer.Broadcast(ranks, model.LoadedTensors().Select(t => t.Value));
        Transfer.BroadcastRandom(ranks, model);
        foreach (var (_, module) in model.Tree()) module.RandomStream = ranks.Rank;
        Parameter[][] parts = [.. Divide(model.Parameters, bucketBytes)];
        buckets = [.. parts.Select(part => new Bucket(part))];
        sizes = [.. parts.Select(part => part.Length)];
        for (var i = 0; i < parts.Length; i++)
        {
            foreach (var parameter in parts[i]) bucketOf.Add(parameter.Value, i);
        }
    }

    /// <summary>Which train together.</summary>
    public Communicator Ranks => ranks;

    /// <summary>
    /// As <see cref="Tensor.Backward()"/>, after which the gradients of the parameters are the sums, over the ranks, of share × gradient. Collective. For gradients
    /// of several losses, call <c>(loss * share).Backward()</c> for all but the last.
    /// </summary>
    /// <param name="loss">A scalar.</param>
    /// <param name="share">What this rank's loss weighs (<see cref="Shard.Share"/>); null: as much as every other's. 0 where a rank only helps: its pass goes through what it shares with the others.</param>
    /// <exception cref="ArgumentException">The loss is not a scalar.</exception>
    /// <exception cref="MpiException">MPI failed.</exception>
    public void Backward(Tensor loss, double? share = null)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (loss.Length != 1) throw new ArgumentException($"A loss is a scalar; this has shape {loss.ShapeText}.", nameof(loss));
        var left = (int[])sizes.Clone();
        var started = 0;
        // all ranks must start the buckets in the same order
        void StartReady()
        {
            for (var i = 0; i < started; i++) buckets[i].Advance();
            while (started < buckets.Length && left[started] == 0) buckets[started++].Start(ranks);
        }
        loss.Backward(Tensor.Scalar(loss.Device, (float)(share ?? 1.0 / ranks.Size)).WithShape(loss.Shape), leaf =>
        {
            if (!bucketOf.TryGetValue(leaf, out var bucket)) return;
            left[bucket]--;
            StartReady();
        });
        // what this loss does not depend on has no gradient here, but may have one on another rank
        left.AsSpan().Clear();
        StartReady();
        foreach (var bucket in buckets) bucket.Finish();
    }

    /// <summary>The mean of a number over the ranks, such as their losses, weighed by their shares as in <see cref="Backward"/>. Collective.</summary>
    public double Mean(double value, double? share = null)
    {
        var weight = share ?? 1.0 / ranks.Size;
        Span<double> sums = [value * weight, weight];
        ranks.AllReduce(sums);
        // thirds do not add up to one: the mean of ones must be one
        return sums[0] / sums[1];
    }

    /// <summary>Writes a checkpoint from rank 0; the others go on when it is on disk. Collective.</summary>
    /// <exception cref="MpiException">It could not be written. On every rank, with the reason.</exception>
    public void Save(string path, Optimizer optimizer, IEnumerable<KeyValuePair<string, string>>? notes = null)
        => Transfer.FromFirst(ranks, () =>
        {
            Checkpoint.Save(path, model, optimizer, notes);
            return "";
        });

    /// <summary>Reads a checkpoint on rank 0 and gives model and optimizer of all ranks what is in it. Collective.</summary>
    /// <returns>The notes.</returns>
    /// <exception cref="MpiException">It could not be read. On every rank, with the reason; nothing is changed.</exception>
    public IReadOnlyDictionary<string, string> Load(string path, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        var notes = Transfer.FromFirst(ranks, () => Transfer.Pack(Checkpoint.Load(path, model, optimizer)));
        Transfer.Broadcast(ranks, model.LoadedTensors().Select(t => t.Value).Concat(optimizer.State.Select(s => s.Value)));
        Transfer.BroadcastRandom(ranks, model);
        return Transfer.Unpack(notes);
    }

    /// <summary>Parameters in reverse: those of the last layers come first in a backward pass.</summary>
    static IEnumerable<Parameter[]> Divide(IReadOnlyList<Parameter> parameters, long bucketBytes)
    {
        List<Parameter> part = [];
        long bytes = 0;
        foreach (var parameter in parameters.Reverse())
        {
            part.Add(parameter);
            bytes += parameter.Value.Length * sizeof(float);
            if (bytes < bucketBytes) continue;
            yield return [.. part];
            part.Clear();
            bytes = 0;
        }
        if (part.Count > 0) yield return [.. part];
    }
}
