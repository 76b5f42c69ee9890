namespace Recurve;

/// <summary>Which of two numbers is better.</summary>
public enum Better
{
    /// <summary>The lower one: losses, errors.</summary>
    Lower,
    /// <summary>The higher one: accuracies.</summary>
    Higher,
}

/// <summary>Ends a training whose monitored number no longer improves, and gives the model the weights of the best time.</summary>
/// <param name="Monitor">A name of <see cref="History"/>.</param>
/// <param name="Patience">This many measurements in a row without improvement end the training.</param>
/// <param name="MinDelta">What counts as an improvement: more than this.</param>
/// <param name="Better">Which way is better.</param>
public sealed record EarlyStopping(string Monitor = "val_loss", int Patience = 10, double MinDelta = 0, Better Better = Better.Lower)
{
    /// <summary>Whether a number is better than the best one before.</summary>
    internal bool Improves(double value, double? best)
        => double.IsFinite(value) && (best is not { } b || (Better == Better.Lower ? b - value : value - b) > MinDelta);
}

/// <summary>How an <see cref="EarlyStopping"/> stands: a function of the monitored points alone, so that a resumed run decides alike.</summary>
internal sealed class EarlyStoppingWatch(EarlyStopping stopping)
{
    int waited;

    public string Monitor => stopping.Monitor;

    /// <summary>The best point so far; null while none was finite.</summary>
    public HistoryPoint? Best { get; private set; }

    public bool IsOver => waited >= stopping.Patience;

    /// <summary>Takes the next point; whether it is the best.</summary>
    public bool Add(HistoryPoint point)
    {
        if (!stopping.Improves(point.Value, Best?.Value))
        {
            waited++;
            return false;
        }
        (Best, waited) = (point, 0);
        return true;
    }
}
