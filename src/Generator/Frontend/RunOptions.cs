using Microsoft.CodeAnalysis;

namespace Recurve.Generator.Frontend;

/// <summary>How states are asked to run; the defaults are those that <c>Recurve.CellAttribute</c> documents.</summary>
/// <param name="Strategy">Name of a <c>Recurve.Strategy</c>.</param>
internal sealed record RunOptions(string Strategy = "Auto", double Tolerance = 1e-6, int Iterations = 50)
{
    /// <summary>These, but for what the attribute of a cell or of a state says itself.</summary>
    public RunOptions With(AttributeData? attribute) => attribute is null ? this : new(
        attribute.EnumName("Strategy", Strategy),
        attribute.Argument("Tolerance")?.Value is double tolerance ? tolerance : Tolerance,
        attribute.Argument("Iterations")?.Value is int iterations ? iterations : Iterations);
}
