using Recurve.Kernels;
using Recurve.Runtime.Tests.Kernels.Composed;
using Recurve.Runtime.Tests.Kernels.Scan;
using Recurve.TestKit;

namespace Recurve.Runtime.Tests.Plans;

/// <summary>Whatever way a cell's recurrences go through time, it is its eager Step, and says which way they went.</summary>
[Collection(nameof(WorkerCounts))]
public class CourseTests
{
    [Theory]
    [InlineData("Serial")]
    [InlineData("Split")]
    [InlineData("Newton")]
    public void ValuesAndGradientsAreThoseOfTheEagerStep(string course)
    {
        using var forced = new ForcedCourse(Enum.Parse<Course>(course));
        foreach (var reverse in new[] { false, true })
        {
            GradientCheck.Verify(new SolvedByHand(3), 2, 70, 5, new() { Reverse = reverse }, withStart: true);
            GradientCheck.Verify(
                new SolvedByHand(2), 3, 50, 6, new() { Reverse = reverse, Lengths = [50, 0, 33], Resets = GradientCheck.RandomResets(3, 50, 7) }, withStart: false);
        }
    }

    [Fact]
    public void TheReportSaysHowTimeWasWalked()
    {
        var cell = new SolvedByHand(3);
        var x = GradientProbe.Normal(1, 2, 100, 3);
        var report = Run(Course.Newton);
        Assert.Contains("  · Newton's method over 3 channels: ", report.ToString());
        Assert.Contains("each sequence from first step to last", report.Stages[1]);
        Assert.InRange(report.Newton.Single().Iterations, 1, 6);
        Assert.InRange(report.Newton.Single().LastUpdate, 0, 1e-6);
        Assert.Empty(report.Newton.Single().SteppedSequences);

        report = Run(Course.Split);
        Assert.Equal("Step by step over 3 channels: RECURVE_PLAN=split", report.Stages[0]);
        Assert.Equal("Clamped scan over 3 channels, 1 state, time split into tiles", report.Stages[1]);
        Assert.Empty(report.Newton);

        report = Run(null);
        Assert.Contains("the model of docs/kernels.md", report.Stages[0]);

        RunReport Run(Course? course)
        {
            using var forced = new ForcedCourse(course);
            cell.RunAny([x], null, null);
            return cell.LastRun!;
        }
    }
}
