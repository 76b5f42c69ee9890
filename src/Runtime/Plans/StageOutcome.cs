using Recurve.Kernels;

namespace Recurve.Plans;

/// <summary>What a stage decided in one call.</summary>
/// <param name="Course">How it went through time.</param>
/// <param name="Newton">How Newton's method went, if it ran.</param>
/// <param name="Persistent">How one kernel took a loop through all its steps, if one did.</param>
internal sealed record StageOutcome(Course Course, NewtonReport? Newton = null, PersistentShape? Persistent = null)
{
    /// <summary>What RECURVE_PLAN asked for.</summary>
    public Course? Forced { get; } = Planner.Forced;
}
