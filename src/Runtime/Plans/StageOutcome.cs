using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>What a stage decided in one call.</summary>
/// <param name="Course">How it went through time.</param>
/// <param name="Newton">How Newton's method went, if it ran.</param>
internal sealed record StageOutcome(Course Course, NewtonReport? Newton = null)
{
    /// <summary>What RECURVE_PLAN asked for.</summary>
    public Course? Forced { get; } = Planner.Forced;
}
