namespace Recurve.Distributed;

/// <summary>Trainers on several ranks.</summary>
public static class TrainerOptionsExtensions
{
    /// <summary>
    /// Lets one <see cref="Trainer"/> per rank train the same model: gradients are summed, losses and logged numbers averaged, rank 0 decides when to stop, shows progress and writes the run,
    /// which all read where it is resumed. Every rank makes a trainer with the same options, and calls it with its own part of each minibatch.
    /// </summary>
    /// <param name="options">Of the training.</param>
    /// <param name="parallel">The ranks with the model.</param>
    /// <param name="share">What this rank's loss weighs (<see cref="Shard.Share"/>); null: as much as every other's.</param>
    public static TrainerOptions Across(this TrainerOptions options, DataParallel parallel, double? share = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(parallel);
        return options with { Ranks = new TrainingRanks(parallel, share), Progress = parallel.Ranks.Rank == 0 ? options.Progress : null };
    }

    sealed class TrainingRanks(DataParallel parallel, double? share) : ITrainingRanks
    {
        public bool IsFirst => parallel.Ranks.Rank == 0;

        public void Backward(Tensor loss) => parallel.Backward(loss, share);

        public double Mean(double value) => parallel.Mean(value, share);

        public double OfFirst(double value)
        {
            Span<double> first = [value];
            parallel.Ranks.Broadcast(first);
            return first[0];
        }
    }
}
