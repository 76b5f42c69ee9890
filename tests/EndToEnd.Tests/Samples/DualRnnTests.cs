namespace Recurve.EndToEnd.Tests.Samples;

/// <summary>The adding problem with dual and independently recurrent layers.</summary>
public sealed class DualRnnTests() : SampleProcess("DualRnn.dll")
{
    [Theory]
    [InlineData("ind", "h: Clamped because")]
    [InlineData("dual", "l: Clamped because")]
    public void BeatsTheConstantAnswer(string cell, string decided)
    {
        var (exit, output, error) = Run(
            "--quick", "--cell", cell, "--length", "12", "--target", "0.08", "--name", "a");
        Assert.True(exit == 0, output + error);
        Assert.Contains(decided, output);
        Assert.Contains("a constant answer scores 0.167", output);
        Assert.Contains("<polyline", File.ReadAllText(PathOf("a", "report.html")));
        Assert.StartsWith("iteration,seconds,loss,mse", MetricsOf("a")[0]);
    }

    [Fact]
    public void AResumedRunEqualsTheUninterruptedOne()
    {
        string[] options = ["--length", "12", "--units", "6", "--batch", "4", "--bidirectional"];
        Run([.. options, "--name", "parts", "--iterations", "5"]);
        Run([.. options, "--name", "parts", "--iterations", "9", "--resume"]);
        Run([.. options, "--name", "whole", "--iterations", "9"]);
        Assert.Equal(CheckpointOf("whole"), CheckpointOf("parts"));
        Assert.Equal(10, MetricsOf("parts").Length);
    }

    [Fact]
    public void StopsAtItsLimitOfTime()
    {
        var (exit, output, _) = Run("--length", "12", "--units", "4", "--batch", "2", "--minutes", "0.02", "--name", "short");
        Assert.Equal(1, exit);
        Assert.Contains("not converged after", output);
        Assert.NotEmpty(CheckpointOf("short"));
    }

    [Fact]
    public void BadInputIsNamed()
    {
        string[] options = ["--length", "12", "--units", "4", "--iterations", "1", "--name", "a"];
        Run(options);
        Fails("--batch 32, not 3", [.. options, "--batch", "3", "--resume"]);
        Fails("--length must be at least 2, not 1", "--length", "1");
        Fails("--target must be above 0, not 0", "--target", "0");
        Fails("--minutes must be above 0, not -1", "--minutes", "-1");
        Fails("'lstm'", "--cell", "lstm");
    }
}
