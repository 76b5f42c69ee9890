namespace Recurve.Spectral;

/// <summary>How far a pass over the data has come.</summary>
/// <param name="Stage">What is being summed.</param>
/// <param name="Done">Sequences read.</param>
/// <param name="Total">Sequences of the data.</param>
public readonly record struct SpectralProgress(string Stage, int Done, int Total);
