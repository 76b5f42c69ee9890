namespace Recurve;

/// <summary>What the user's own Step computed over a batch of sequences, in double precision.</summary>
public sealed class EagerRun
{
    internal EagerRun(double[][] outputs, IReadOnlyDictionary<string, double[]> end) => (Outputs, End) = (outputs, end);

    /// <summary>The outputs of Step in order, each (B, T, size) row-major; 0 past a sequence's length.</summary>
    public double[][] Outputs { get; }

    /// <summary>The states after each sequence's last valid step by name, each (B, size) row-major; complex ones (B, size, 2).</summary>
    public IReadOnlyDictionary<string, double[]> End { get; }
}
