namespace Recurve.FirstSymbol;

/// <summary>
/// Sequences that grow with what has been learned (curriculum learning, Bengio et al. 2009): how long those of the next minibatch are follows from the history, so a resumed run, and
/// every rank, comes to the same.
/// </summary>
/// <param name="First">Steps at first.</param>
/// <param name="Last">Steps in the end.</param>
/// <param name="Batch">Sequences in a minibatch.</param>
sealed record Curriculum(int First, int Last, int Batch)
{
    /// <summary>Sequences in a row to be told right before they grow, and minibatches before the training is over.</summary>
    const int SequencesToGrow = 8, MinibatchesToEnd = 5;

    /// <summary>Whether enough minibatches in a row were perfect, and of the last length.</summary>
    public bool IsOver(History history) => After(history) is var (steps, perfect) && steps == Last && perfect >= MinibatchesToEnd;

    /// <summary>Steps of the next sequences.</summary>
    public int StepsAfter(History history) => After(history).Steps;

    /// <summary>Steps of the next sequences, and how many minibatches of that many were perfect just before.</summary>
    (int Steps, int Perfect) After(History history)
    {
        var (steps, perfect) = (First, 0);
        foreach (HistoryPoint accuracy in history["accuracy"])
        {
            perfect = accuracy.Value == 1 ? perfect + 1 : 0;
            if (steps == Last || Batch * perfect < SequencesToGrow) continue;
            (steps, perfect) = ((int)Math.Min(2L * steps, Last), 0);
        }
        return (steps, perfect);
    }
}
