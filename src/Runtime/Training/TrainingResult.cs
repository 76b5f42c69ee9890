namespace Recurve;

/// <summary>Why a training ended.</summary>
public enum StopReason
{
    /// <summary>All iterations or epochs were done.</summary>
    Finished,
    /// <summary><see cref="TrainerOptions.Goal"/> was reached.</summary>
    GoalReached,
    /// <summary>Iterations, epochs or time ended before <see cref="TrainerOptions.Goal"/> was reached.</summary>
    GoalMissed,
    /// <summary><see cref="TrainerOptions.EarlyStopping"/> saw no more improvement.</summary>
    EarlyStopped,
    /// <summary>The time was over.</summary>
    TimeLimit,
    /// <summary>The token was cancelled; all is saved.</summary>
    Cancelled,
}

/// <summary>What came of a training.</summary>
/// <param name="Reason">Why it ended.</param>
/// <param name="Iterations">How many minibatches were learned from, over all processes.</param>
/// <param name="Elapsed">Time of training, over all processes.</param>
/// <param name="Throughput">Of this process.</param>
/// <param name="Best">The best point of the monitored number, of which the model has the weights now; null without <see cref="EarlyStopping"/>.</param>
/// <param name="History">All numbers.</param>
/// <param name="Conclusion">What <see cref="TrainerOptions.Conclude"/> said.</param>
public sealed record TrainingResult(
    StopReason Reason, long Iterations, TimeSpan Elapsed, Throughput Throughput, HistoryPoint? Best, History History, string Conclusion)
{
    /// <summary>A sentence.</summary>
    public override string ToString()
    {
        var how = Reason switch
        {
            StopReason.GoalReached => "converged",
            StopReason.GoalMissed => "not converged",
            StopReason.EarlyStopped => "stopped early",
            StopReason.TimeLimit => "out of time",
            StopReason.Cancelled => "stopped and saved",
            _ => "finished",
        };
        var best = Best is { } point ? FormattableString.Invariant($"; best {point.Value:0.####} at iteration {point.Iteration}") : "";
        var conclusion = Conclusion == "" ? "" : $"; {Conclusion}";
        return FormattableString.Invariant($"{how} after {Iterations} iterations, {Elapsed.TotalSeconds:0.0} s of training, {Throughput}{best}{conclusion}");
    }
}
