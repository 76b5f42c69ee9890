using System.Globalization;
using System.Text.RegularExpressions;

namespace Recurve.EndToEnd.Tests.Samples;

/// <summary>Forecasts of Mackey-Glass series by Legendre memories and by an LSTM.</summary>
public sealed partial class LegendreMemoryTests() : SampleProcess("LegendreMemory.dll")
{
    [Fact]
    public void ForecastsBetterThanPersistence()
    {
        var (exit, output, error) = Run("--quick", "--series", "8", "--batch", "2", "--units", "16", "--iterations", "12", "--name", "a");
        Assert.True(exit == 0, output + error);
        Assert.Contains("m: Dense because", output);
        string[] results = [.. output.Split('\n').Where(line => line.StartsWith("finished after 24 iterations", StringComparison.Ordinal))];
        Assert.Equal(2, results.Length);
        Assert.Contains("lmu of", results[0]);
        Assert.Contains("lstm of", results[1]);
        double[] numbers = [.. Percentages().Matches(results[0]).Select(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.InRange(numbers[0], 0, numbers[1] / 2);
        foreach (string cell in new[] { "lmu", "lstm" })
        {
            Assert.Contains("<polyline", File.ReadAllText(PathOf(Path.Combine("a", cell), "report.html")));
            Assert.Equal(12, ColumnOf(Path.Combine("a", cell), "val_nrmse").Length);
        }
    }

    [Fact]
    public void AResumedRunEqualsTheUninterruptedOne()
    {
        string[] options = ["--cell", "lmu", "--series", "5", "--length", "40", "--units", "5", "--order", "3", "--batch", "2", "--bidirectional"];
        Run([.. options, "--name", "parts", "--iterations", "2"]);
        Run([.. options, "--name", "parts", "--iterations", "5", "--resume"]);
        Run([.. options, "--name", "whole", "--iterations", "5"]);
        Assert.Equal(CheckpointOf(Path.Combine("whole", "lmu")), CheckpointOf(Path.Combine("parts", "lmu")));
        Assert.Equal(6, MetricsOf(Path.Combine("parts", "lmu")).Length);
    }

    [Fact]
    public void BadInputIsNamed()
    {
        string[] options = ["--cell", "lmu", "--series", "2", "--length", "20", "--units", "4", "--iterations", "1", "--name", "a"];
        Run(options);
        Fails("holds a run already", options);
        Fails("--window 40, not 32", [.. options, "--window", "32", "--resume"]);
        Fails("--series must be at least 2, not 1", "--series", "1");
        Fails("nothing to resume", "--cell", "lstm", "--name", "none", "--resume");
    }

    [GeneratedRegex("([0-9.]+) %")]
    private static partial Regex Percentages();
}
