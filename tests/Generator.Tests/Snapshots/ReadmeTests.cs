using System.Text.RegularExpressions;
using Recurve.TestKit;

namespace Recurve.Generator.Tests.Snapshots;

/// <summary>What README shows of the compiler is what the compiler does.</summary>
public sealed class ReadmeTests
{
    static readonly string[] Blocks = [.. Regex.Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md")), "```[a-z ]*\n(.*?)```", RegexOptions.Singleline)
        .Select(m => m.Groups[1].Value)];

    static string Cell => Blocks[0];

    static string Message(string about) => Blocks.Single(b => b.StartsWith(about, StringComparison.Ordinal));

    [Fact]
    public void TheGeneratedCodeIsGenerated()
    {
        string source = Words(Assert.Single(GeneratorHarness.Run(Cell).Sources).Value);
        string[] shown = Regex.Split(Blocks.Single(b => b.Contains("Frame<V>")), "\n\n");
        Assert.Equal(2, shown.Length);
        Assert.All(shown, method => Assert.Contains(Words(method), source));
    }

    [Fact]
    public void TheDecisionsAreDecided()
    {
        string source = Assert.Single(GeneratorHarness.Run(Cell).Sources).Value;
        foreach (string line in Message("MinGru").Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
            Assert.Contains(Regex.Replace(line.Trim(), "^(· |h: Diagonal because )", ""), source);
    }

    [Fact]
    public async Task TheWarningIsGiven()
    {
        var found = await GeneratorHarness.AnalyzeAsync(Cell.Replace("wz * x + bz", "wz * x + uz * h + bz").Replace("wh = new", "uz = new(units, units), wh = new"));
        var warning = Assert.Single(found, d => d.Id == "RCV1001");
        Assert.Equal(Words(Message("warning RCV1001")), Words($"warning RCV1001: {warning.GetMessage()}"));
        Assert.Equal("Sigmoid", warning.Location.SourceTree!.GetText().ToString(warning.Location.SourceSpan).Split('(')[0]);
    }

    static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
