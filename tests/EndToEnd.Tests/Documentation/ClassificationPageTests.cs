using System.Reflection;
using System.Text.RegularExpressions;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Documentation;

/// <summary>docs/classification.md: the pictures are drawn from its cells, the table says what the compiler decides. RECURVE_ACCEPT_SNAPSHOTS=1 draws.</summary>
public sealed partial class ClassificationPageTests
{
    const string Page = "docs/classification.md";

    static IEnumerable<(string Next, string Kind)> Table => Row().Matches(Markdown.Read(Page)).Select(m => (m.Groups["next"].Value, m.Groups["kind"].Value));

    public static TheoryData<string, string> Rows
    {
        get
        {
            TheoryData<string, string> rows = [];
            foreach (var (next, kind) in Table) rows.Add(next, kind);
            return rows;
        }
    }

    [Theory, MemberData(nameof(Rows))]
    public void TheTableIsRight(string next, string kind)
    {
        string Weight(string name, string declaration) => Regex.IsMatch(next, $@"\b{name}\b") ? $"[Weight] readonly {declaration};" : "";
        string source = $$"""
            [Cell(Strategy = Strategy.Sequential)]
            public sealed partial class C(int units)
            {
                {{Weight("a", "Vec a = new(units)")}} {{Weight("u", "Mat u = new(units, units)")}}
                [State] Vec h = new(units);
                Vec Step([Size("units")] Vec x) { h = {{next}}; return h; }
            }
            """;
        var run = GeneratorHarness.Run(source);
        Assert.Empty(run.Complaints);
        Assert.Equal(kind, Info(run.Load(), "C").States.Single().Kind.ToString());
    }

    [Fact]
    public void EveryClassIsInTheTable() => Assert.Equal(Enum.GetNames<RecurrenceKind>().Except([nameof(RecurrenceKind.Block)]).Order(), Table.Select(r => r.Kind).Distinct().Order());

    [Fact]
    public void ThePicturesAreOfItsCells()
    {
        var cells = GeneratorHarness.Run([.. Markdown.Snippets(Page).Select(s => s.Text)]).Load();
        string[] pictures = [.. Picture().Matches(Markdown.Read(Page)).Select(m => m.Groups[1].Value)];
        Assert.NotEmpty(pictures);
        foreach (string name in pictures) Snapshots.VerifyFile(Info(cells, name).ToSvg(), Path.Combine(Repository.Root, "docs", "pictures", name + ".svg"));
    }

    static CellInfo Info(Assembly assembly, string cell) => (CellInfo)assembly.GetType(cell, throwOnError: true)!.GetProperty("Info")!.GetValue(null)!;

    [GeneratedRegex(@"^\| `(?<next>[^`]*)` \| (?<kind>\w+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\(pictures/(\w+)\.svg\)")]
    private static partial Regex Picture();
}
