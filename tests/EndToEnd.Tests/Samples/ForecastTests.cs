using System.Globalization;
using System.Text.RegularExpressions;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Samples;

/// <summary>The series of a user's, continued.</summary>
public sealed partial class ForecastTests() : SampleProcess("Forecast.dll")
{
    [Fact]
    public void ContinuesTheSeriesOfAFileAndDrawsIt()
    {
        string file = FileOf("sea.csv", $"day;\"tide\";note\n{string.Concat(Enumerable.Range(0, 400).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i};{100 + 3 * Math.Sin(i / 3.0):0.000};x\n")))}");
        var (exit, output, error) = Run("--file", file, "--column", "tide", "--quick", "--iterations", "150", "--window", "32", "--horizon", "20", "--name", "a");
        Assert.True(exit == 0, output + error);
        double[] errors = [.. Errors().Matches(output).Select(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))];
        Assert.InRange(errors[0], 0, errors[1] / 2);
        string[] forecast = File.ReadAllLines(PathOf("a", "forecast.csv"));
        Assert.Equal("row,tide", forecast[0]);
        Assert.Equal(21, forecast.Length);
        // 400 … 419 go on where the file ends
        double[] beyond = [.. forecast.Skip(1).Select((row, i) => double.Parse(row.Split(',')[1], CultureInfo.InvariantCulture) - (100 + 3 * Math.Sin((400 + i) / 3.0)))];
        Assert.InRange(Math.Sqrt(beyond.Average(d => d * d)), 0, 1.5);
        string report = File.ReadAllText(PathOf("a", "report.html"));
        Assert.Contains("tide, continued", report);
        Assert.Contains("forecast of what is known", report);
        Assert.Equal(7, ColumnOf("a", "val_loss").Length);
    }

    [Fact]
    public void TheFileThatComesWithItIsTheOneItGenerates()
    {
        string file = FileOf("load.csv", "");
        var (exit, _, error) = RunAlone("generate", file);
        Assert.True(exit == 0, error);
        Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root, "samples", "Forecast", "load.csv")), File.ReadAllText(file));
    }

    [Fact]
    public void BadInputIsNamed()
    {
        Fails("row 3 has 'x' where a number is expected", "--file", FileOf("x.csv", "a,b\n1,2\n3,x\n"));
        Fails("has no column 'c' but a, b", "--file", FileOf("y.csv", "a,b\n1,2\n"), "--column", "c");
        Fails("more than five times --window 96 values", "--file", FileOf("z.csv", "a\n1\n2\n"));
        Fails("is empty", "--file", FileOf("e.csv", ""));
        Fails("Could not find", "--file", "/nowhere/to/be.csv");
    }

    [GeneratedRegex("(?:values|before them) ([0-9.E+-]+)")]
    private static partial Regex Errors();
}
