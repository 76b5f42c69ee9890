using System.Globalization;

namespace Recurve.Gpu;

/// <summary>Sequences, their steps, and channels.</summary>
readonly record struct Shape(int Batch, int Steps, int Units)
{
    /// <summary>Numbers in a tensor of it.</summary>
    public long Count => (long)Batch * Steps * Units;

    /// <summary>As the table has it: <c>8,4096,1536</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Batch},{Steps},{Units}");
}
