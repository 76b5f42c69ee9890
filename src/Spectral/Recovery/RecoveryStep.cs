namespace Recurve.Spectral;

/// <summary>How well a step of the recovery was determined.</summary>
/// <param name="Name">The step.</param>
/// <param name="Condition">The condition number of what it inverts, 1 at best: errors of the moments grow by up to this factor.</param>
/// <param name="Noise">Standard error of its result in units of the result; nothing is recovered where it comes near 1.</param>
public sealed record RecoveryStep(string Name, double Condition, double Noise);
