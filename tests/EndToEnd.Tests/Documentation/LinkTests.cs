using System.Text.RegularExpressions;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Documentation;

/// <summary>Links of the documentation lead somewhere, and every page can be reached.</summary>
public sealed partial class LinkTests
{
    static IEnumerable<string> All => Markdown.Pages.Concat(Directory.GetFiles(Path.Combine(Repository.Root, "docs", "diagnostics")).Select(f => "docs/diagnostics/" + Path.GetFileName(f)));

    public static TheoryData<string> Pages => [.. All];

    [Theory, MemberData(nameof(Pages))]
    public void LinksLeadSomewhere(string page)
    {
        string folder = Path.Combine(Repository.Root, Path.GetDirectoryName(page)!);
        foreach (string target in Targets(page))
            Assert.True(Path.Exists(Path.Combine(folder, target)), $"{page} links to {target}, which is not there.");
    }

    [Fact]
    public void EveryPageIsInTheIndex()
    {
        string[] reached = [.. Targets("docs/README.md")];
        foreach (string page in Markdown.Pages.Where(p => p.StartsWith("docs/", StringComparison.Ordinal) && p != "docs/README.md" && !p.StartsWith("docs/decisions/", StringComparison.Ordinal)))
            Assert.Contains(page["docs/".Length..], reached);
    }

    static IEnumerable<string> Targets(string page) => Link().Matches(Markdown.Read(page)).Select(m => m.Groups[1].Value).Where(t => !t.Contains("://", StringComparison.Ordinal)).Select(t => t.Split('#')[0]).Where(t => t != "");

    // not in code, where [x](y) may be C#
    [GeneratedRegex(@"(?<!`)\[[^\]`]*(?:`[^`]*`[^\]`]*)*\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
