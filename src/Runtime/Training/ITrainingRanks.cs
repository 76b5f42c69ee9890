namespace Recurve;

/// <summary>
/// Processes that train one model together, each on a part of every minibatch. All go through the same iterations; the first writes the run, and the others need only
/// be able to read it.
/// </summary>
internal interface ITrainingRanks
{
    /// <summary>Whether this one writes the run and says when it is over.</summary>
    bool IsFirst { get; }

    /// <summary>The backward pass, after which the gradients are those of the loss of all.</summary>
    void Backward(Tensor loss);

    /// <summary>A number of this process's part as a number of the whole.</summary>
    double Mean(double value);

    /// <summary>The first process's number.</summary>
    double OfFirst(double value);
}
