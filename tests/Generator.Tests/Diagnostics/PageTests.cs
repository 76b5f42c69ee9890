using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Recurve.Generator.Diagnostics;
using Recurve.TestKit;

namespace Recurve.Generator.Tests.Diagnostics;

/// <summary>Every id has a page whose examples do what they say, and a release row.</summary>
public partial class PageTests
{
    static readonly string Pages = System.IO.Path.Combine(Repository.Root, "docs", "diagnostics");

    public static TheoryData<string> Ids => [.. Descriptors.All.Select(d => d.Id)];

    [Theory, MemberData(nameof(Ids))]
    public async Task Page(string id)
    {
        var descriptor = Descriptors.Of(id);
        Assert.EndsWith($"/docs/diagnostics/{id}.md", descriptor.HelpLinkUri, StringComparison.Ordinal);
        var page = File.ReadAllText(System.IO.Path.Combine(Pages, id + ".md"));
        Assert.StartsWith($"# {id}: {descriptor.Title}\n", page, StringComparison.Ordinal);
        var examples = Code().Matches(page).Select(m => m.Groups[1].Value).ToList();
        if (examples.Count == 0)
        {
            Assert.Contains(id, new[] { "RCV1000", "RCV9001" });
            return;
        }
        Assert.Equal(2, examples.Count);
        Assert.Contains(await GeneratorHarness.AnalyzeAsync(examples[0]), d => d.Id == id && d.Severity == descriptor.DefaultSeverity);
        Assert.DoesNotContain(await GeneratorHarness.AnalyzeAsync(examples[1]), d => d.Severity >= DiagnosticSeverity.Warning || d.Id == id);
        Assert.DoesNotContain(GeneratorHarness.Compile(examples[1]).GetDiagnostics(), d => d.Severity == DiagnosticSeverity.Error);
    }

    [Fact]
    public void Release_rows_are_those_of_the_descriptors()
    {
        var rows = new[] { "Shipped", "Unshipped" }
            .SelectMany(f => File.ReadAllLines(System.IO.Path.Combine(Repository.Root, "src", "Generator", $"AnalyzerReleases.{f}.md")))
            .Where(l => l.StartsWith("RCV", StringComparison.Ordinal));
        Assert.Equal(Descriptors.All.Select(d => $"{d.Id} | {d.Category} | {d.DefaultSeverity} | {d.Title}"), rows);
    }

    [Fact]
    public void There_is_no_page_without_an_id()
        => Assert.Equal(Descriptors.All.Select(d => d.Id).Order(), Directory.GetFiles(Pages, "*.md").Select(System.IO.Path.GetFileNameWithoutExtension).Order());

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Code();
}
