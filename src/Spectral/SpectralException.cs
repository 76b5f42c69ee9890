using System.Globalization;

namespace Recurve.Spectral;

/// <summary>An assumption of spectral learning that the data or the network violate.</summary>
public enum SpectralProblem
{
    /// <summary>The data hold a number that is not finite, or moments overflow.</summary>
    NotFinite,

    /// <summary>The standard error of a moment hides what is to be read off it.</summary>
    TooFewSamples,

    /// <summary>More units than inputs: the rows of A1 cannot be independent.</summary>
    TooManyUnits,

    /// <summary>Fewer outputs than the method needs to tell units apart.</summary>
    TooFewOutputs,

    /// <summary>A moment has a lower rank than the network has units: rows of A1 depend on each other, or a row of A2 is zero.</summary>
    RankDeficient,

    /// <summary>No combination of the outputs weighs all units positively, so nothing whitens for the power method.</summary>
    NoPositiveCombination,

    /// <summary>Two units act on the outputs in the same proportions: any rotation of the two explains the second moment.</summary>
    NotSeparated,
}

/// <summary>The network cannot be recovered: which assumption is violated, with the number that was found and the one that is needed.</summary>
/// <param name="problem">The assumption.</param>
/// <param name="explanation">A sentence without its full stop.</param>
/// <param name="found">What was measured.</param>
/// <param name="needed">The bound that it violates.</param>
public sealed class SpectralException(SpectralProblem problem, string explanation, double found, double needed)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"{explanation}: found {found:G4}, needed {needed:G4}."))
{
    /// <summary>The assumption.</summary>
    public SpectralProblem Problem => problem;

    /// <summary>What was measured.</summary>
    public double Found => found;

    /// <summary>The bound that it violates.</summary>
    public double Needed => needed;
}
