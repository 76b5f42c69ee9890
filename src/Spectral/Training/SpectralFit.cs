namespace Recurve.Spectral;

/// <summary>A network that was recovered from moments.</summary>
/// <param name="Module">Holds the parameters, in fp32, ready to be refined.</param>
/// <param name="Forward">The same in float64.</param>
/// <param name="Backward">Of the half that walks backward; null where there is none.</param>
/// <param name="Report">How well it was determined.</param>
public sealed record SpectralFit<TModule>(TModule Module, IoRnnParameters Forward, IoRnnParameters? Backward, SpectralReport Report) where TModule : Module;
