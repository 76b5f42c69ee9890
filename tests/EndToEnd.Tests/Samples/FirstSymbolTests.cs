using System.Diagnostics;

namespace Recurve.EndToEnd.Tests.Samples;

/// <summary>The main job.</summary>
public sealed class FirstSymbolTests() : SampleProcess("FirstSymbol.dll")
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void ConvergesAndWritesItsReport(int seed)
    {
        string name = $"gilrlstm-32-{seed}";
        var (exit, output, _) = Run("--length", "32", "--units", "24", "--seed", $"{seed}");
        Assert.Equal(0, exit);
        Assert.Contains("s: Diagonal because", output);
        Assert.Contains("converged after", output);
        Assert.Contains("<polyline", File.ReadAllText(PathOf(name, "report.html")));
        Assert.Equal("1", ColumnOf(name, "accuracy")[^1]);
    }

    /// <summary>Sequences that grow: twice as many steps after eight in a row that were told right, over five minibatches of the last length.</summary>
    [Fact]
    public void SequencesGrowWithWhatIsLearned()
    {
        var (exit, output, error) = Run("--length", "100", "--first-length", "16", "--units", "16", "--batch", "4", "--learning-rate", "0.01", "--name", "grown");
        Assert.True(exit == 0, output + error);
        string[] accuracy = ColumnOf("grown", "accuracy"), steps = ColumnOf("grown", "steps");
        var (expected, perfect) = (16, 0);
        for (int i = 0; i < steps.Length; i++)
        {
            Assert.Equal($"{expected}", steps[i]);
            perfect = accuracy[i] == "1" ? perfect + 1 : 0;
            if (perfect == 2 && expected < 100) (expected, perfect) = (Math.Min(2 * expected, 100), 0);
        }
        Assert.Equal((100, 5), (expected, perfect));
    }

    [Fact]
    public void AResumedRunEqualsTheUninterruptedOne()
    {
        // of one sequence each: some are perfect, so that the steps grow on both sides of the interruption
        string[] options = ["--length", "96", "--first-length", "3", "--units", "8", "--batch", "1"];
        Run([.. options, "--name", "parts", "--iterations", "7"]);
        Run([.. options, "--name", "parts", "--iterations", "12", "--resume"]);
        Run([.. options, "--name", "whole", "--iterations", "12"]);
        Assert.Equal(CheckpointOf("whole"), CheckpointOf("parts"));
        Assert.Equal(13, MetricsOf("parts").Length);
    }

    [Fact]
    public void BadInputIsNamedAndNothingIsOverwritten()
    {
        string[] options = ["--length", "24", "--units", "8", "--iterations", "2", "--name", "a"];
        Run(options);
        byte[] before = CheckpointOf("a");
        Fails("holds a run already", options);
        Fails("has shape (8, 128) in the file, but (9, 128) in the model", "--length", "24", "--units", "9", "--name", "a", "--resume");
        Fails("--length 24, not 25", "--length", "25", "--units", "8", "--name", "a", "--resume");
        Fails("--lenght", "--lenght", "24");
        Fails("--length must be at least 1, not 0", "--length", "0");
        Fails("--units must be a whole number, not '8.5'", "--units", "8.5");
        Fails("--learning-rate must be a number such as 0.5, not '0,01'", "--learning-rate", "0,01");
        Fails("'transformer'", "--cell", "transformer");
        Assert.Equal(before, CheckpointOf("a"));
        File.WriteAllBytes(PathOf("a", "checkpoint.safetensors"), before[..100]);
        Fails("truncated", [.. options, "--resume"]);
    }

    [SkippableOnWindows]
    public void InterruptingSavesAndExitsCleanly()
    {
        using Process process = Start("--length", "2048", "--units", "8", "--name", "interrupted");
        while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("iteration", StringComparison.Ordinal)) { }
        Process.Start("kill", $"-INT {process.Id}").WaitForExit();
        string rest = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("stopped and saved after", rest);
        Assert.NotEmpty(CheckpointOf("interrupted"));
    }
}

/// <summary>A test that sends a signal.</summary>
sealed class SkippableOnWindowsAttribute : FactAttribute
{
    public SkippableOnWindowsAttribute()
    {
        if (OperatingSystem.IsWindows()) Skip = "Windows has no SIGINT to send to a process";
    }
}
