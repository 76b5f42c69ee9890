using System.Globalization;

namespace Recurve.EndToEnd.Tests.Samples;

/// <summary>A text of the user's, learned and written on.</summary>
public sealed class CharModelTests() : SampleProcess("CharModel.dll")
{
    [Fact]
    public void WritesWhatItHasRead()
    {
        // after each letter there is one that can come
        string file = FileOf("abc.txt", string.Concat(Enumerable.Repeat("abcdé ", 200)));
        var (exit, output, error) = Run("--text", file, "--quick", "--iterations", "60", "--dropout", "1e-9", "--temperature", "0.2", "--start", "abX", "--name", "a");
        Assert.True(exit == 0, output + error);
        string written = File.ReadAllText(PathOf("a", "sample.txt"));
        Assert.Equal(402, written.Length);
        Assert.Equal(string.Concat(Enumerable.Repeat("abcdé ", 67)), written);
        Assert.Contains(written[..300], File.ReadAllText(PathOf("a", "report.html")).Replace("&#233;", "é"));
        double[] bits = [.. ColumnOf("a", "val_bits_per_character").Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
        Assert.InRange(bits[^1], 0, 0.2);
    }

    [Fact]
    public void AResumedRunEqualsTheUninterruptedOneWithDropoutToo()
    {
        string[] options = ["--quick", "--window", "12", "--units", "8", "--batch", "3", "--dropout", "0.3"];
        Run([.. options, "--name", "parts", "--iterations", "6"]);
        Run([.. options, "--name", "parts", "--iterations", "11", "--resume"]);
        Run([.. options, "--name", "whole", "--iterations", "11"]);
        Assert.Equal(CheckpointOf("whole"), CheckpointOf("parts"));
        Assert.Equal(File.ReadAllText(PathOf("whole", "sample.txt")), File.ReadAllText(PathOf("parts", "sample.txt")));
    }

    [Fact]
    public void BadInputIsNamed() => Fails("has 5 characters; expected more than ten windows of 32", "--quick", "--text", FileOf("a.txt", "short"));
}
