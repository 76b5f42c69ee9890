using Recurve.Kernels;

namespace Recurve.TestKit;

/// <summary>Forces the way recurrences go through time until disposed; null: the planner chooses. It is the whole process's, so such tests run alone.</summary>
internal sealed class ForcedCourse : IDisposable
{
    readonly Course? before = Planner.Forced;

    public ForcedCourse(Course? course) => Planner.Forced = course;

    public void Dispose() => Planner.Forced = before;
}
