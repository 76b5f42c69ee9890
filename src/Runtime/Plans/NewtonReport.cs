namespace Recurve;

/// <summary>How Newton's method went in one call.</summary>
/// <param name="Iterations">Iterations of the sequence that took most.</param>
/// <param name="LastUpdate">Greatest change of a state between tiles in a sequence's last iteration, relative to max(1, |state|); NaN or infinite where one diverged.</param>
/// <param name="SteppedSequences">Batch numbers of the sequences that did not converge and were run step by step.</param>
public sealed record NewtonReport(int Iterations, double LastUpdate, IReadOnlyList<int> SteppedSequences);
