using System.Globalization;

namespace Recurve.Spectral;

/// <summary>What a recovery rests on.</summary>
/// <param name="Samples">Steps whose moments were taken, in the first pass.</param>
/// <param name="Steps">The recovery's steps in order, each with its conditioning.</param>
public sealed record SpectralReport(long Samples, IReadOnlyList<RecoveryStep> Steps)
{
    /// <summary>A table.</summary>
    public override string ToString() => string.Join('\n', Steps
        .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Name,-42} condition {s.Condition,8:G3}   relative standard error {s.Noise:G3}"))
        .Prepend(string.Create(CultureInfo.InvariantCulture, $"{Samples:N0} samples")));
}
