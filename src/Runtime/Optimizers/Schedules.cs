namespace Recurve;

/// <summary>A learning rate as a function of how many steps were taken.</summary>
public interface ISchedule
{
    /// <summary>The rate after <paramref name="step"/> steps, from the optimizer's own rate.</summary>
    double Rate(long step, double initial);
}

/// <summary>
/// From the initial rate down to <paramref name="minimum"/> along half a cosine, where it stays
/// (Loshchilov and Hutter 2017; PyTorch's <c>CosineAnnealingLR</c> up to its T_max).
/// </summary>
/// <param name="steps">Length of the descent.</param>
/// <param name="minimum">The last rate.</param>
public sealed class CosineAnnealing(long steps, double minimum = 0) : ISchedule
{
    readonly long steps = steps > 0 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "Expected at least 1.");

    /// <inheritdoc/>
    public double Rate(long step, double initial)
        => minimum + (initial - minimum) * (1 + Math.Cos(Math.PI * Math.Min(step, steps) / steps)) / 2;
}

/// <summary>From a fraction of the initial rate linearly up to all of it (PyTorch's <c>LinearLR</c>), then as another schedule says.</summary>
/// <param name="steps">Length of the rise.</param>
/// <param name="start">The first fraction.</param>
/// <param name="then">What follows, counting from 0; without it, the initial rate.</param>
public sealed class LinearWarmUp(long steps, double start = 1.0 / 3, ISchedule? then = null) : ISchedule
{
    readonly long steps = steps > 0 ? steps : throw new ArgumentOutOfRangeException(nameof(steps), steps, "Expected at least 1.");

    /// <inheritdoc/>
    public double Rate(long step, double initial)
        => step < steps ? initial * (start + (1 - start) * step / steps)
            : then?.Rate(step - steps, initial) ?? initial;
}

/// <summary>Times <paramref name="factor"/> after every <paramref name="period"/> steps (PyTorch's <c>StepLR</c>).</summary>
/// <param name="period">Steps between two changes.</param>
/// <param name="factor">PyTorch's gamma.</param>
public sealed class StepDecay(long period, double factor = 0.1) : ISchedule
{
    readonly long period = period > 0 ? period : throw new ArgumentOutOfRangeException(nameof(period), period, "Expected at least 1.");

    /// <inheritdoc/>
    public double Rate(long step, double initial) => initial * Math.Pow(factor, step / period);
}

/// <summary>Sets an optimizer's learning rate; call <see cref="Step"/> after each of the optimizer's.</summary>
public sealed class Scheduler
{
    readonly Optimizer optimizer;
    readonly ISchedule schedule;
    readonly double initial;

    /// <summary>Sets the first rate; the optimizer's present one is the initial rate.</summary>
    /// <param name="optimizer">Whose rate is set.</param>
    /// <param name="schedule">The rate by step.</param>
    /// <param name="steps">Steps taken before, when a run continues.</param>
    public Scheduler(Optimizer optimizer, ISchedule schedule, long steps = 0)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        (this.optimizer, this.schedule, initial, Steps) = (optimizer, schedule, optimizer.LearningRate, steps);
        optimizer.LearningRate = schedule.Rate(steps, initial);
    }

    /// <summary>Steps taken.</summary>
    public long Steps { get; private set; }

    /// <summary>Counts a step and sets the next rate.</summary>
    public void Step() => optimizer.LearningRate = schedule.Rate(++Steps, initial);
}
