using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Recurve.CodeFixes;
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
        // no source gives an internal error: InternalErrorTests provoke one
        if (id == "RCV9001")
        {
            Assert.Empty(examples);
            return;
        }
        var said = await GeneratorHarness.AnalyzeAsync(examples[0]);
        Assert.Contains(said, d => d.Id == id && d.Severity == descriptor.DefaultSeverity);
        if (id == "RCV1000")
        {
            // what is said of each state of the example, word for word
            Assert.Equal(said.Where(d => d.Id == id).Select(d => d.GetMessage(CultureInfo.InvariantCulture)), Messages().Match(page).Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            return;
        }
        Assert.Equal(2, examples.Count);
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
        => Assert.Equal(Descriptors.All.Select(d => d.Id).Append("README").Order(), Directory.GetFiles(Pages, "*.md").Select(System.IO.Path.GetFileNameWithoutExtension).Order());

    /// <summary>RECURVE_ACCEPT_SNAPSHOTS=1 writes it.</summary>
    [Fact]
    public void The_index_lists_them()
    {
        var fixes = typeof(CellFix).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(CellFix)) && !t.IsAbstract).Select(t => (CellFix)Activator.CreateInstance(t)!).OrderBy(f => f.GetType().Name, StringComparer.Ordinal).ToList();
        Assert.All(fixes.SelectMany(f => f.FixableDiagnosticIds), id => Assert.Contains(id, Descriptors.All.Select(d => d.Id)));
        string FixesOf(string id) => string.Join(", ", fixes.Where(f => f.FixableDiagnosticIds.Contains(id)).Select(f => Word().Replace(f.GetType().Name[..^"Fix".Length], " $0").Trim().ToLowerInvariant()));
        var rows = Descriptors.All.OrderBy(d => d.Id, StringComparer.Ordinal).Select(d => $"| [{d.Id}]({d.Id}.md) | {d.DefaultSeverity.ToString().ToLowerInvariant()} | {d.Title} | {FixesOf(d.Id)} |");
        TestKit.Snapshots.VerifyFile($"""
            # What the compiler says

            Bands: 0 declaration, 1 parallelism, 2 the language, 3 shapes, 4 numerics, 5 performance, 9 the compiler itself. Each can be configured in `.editorconfig`: `dotnet_diagnostic.RCV1001.severity = error`.

            | id | severity | says | fixes |
            |---|---|---|---|
            {string.Join('\n', rows)}

            """, System.IO.Path.Combine(Pages, "README.md"));
    }

    [GeneratedRegex("[A-Z][a-z]*")]
    private static partial Regex Word();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex("```\n(State .*?)```", RegexOptions.Singleline)]
    private static partial Regex Messages();
}
