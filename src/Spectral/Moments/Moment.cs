namespace Recurve.Spectral;

/// <summary>Something that is summed over the steps of all sequences. Only sums are kept, so those of parts of the data add up to those of the whole.</summary>
/// <param name="before">Predecessors that a step must have to count.</param>
/// <param name="after">Successors that a step must have to count.</param>
abstract class Moment(int before, int after)
{
    /// <summary>Predecessors that a step must have to count.</summary>
    public int Before => before;

    /// <summary>Successors that a step must have to count.</summary>
    public int After => after;

    /// <summary>How many sums; the first is the number of steps.</summary>
    public abstract int Size { get; }

    /// <summary>Numbers that <see cref="Add"/> may write to on its way.</summary>
    public abstract int Scratch { get; }

    /// <summary>Adds the steps of a block.</summary>
    public abstract void Add(Block block, Span<double> scratch, Span<double> sums);
}
