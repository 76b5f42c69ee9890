using System.Text;
using System.Text.RegularExpressions;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>docs/cells.md is made of what the compiler says of samples/Cells; RECURVE_ACCEPT_SNAPSHOTS=1 writes it.</summary>
public sealed partial class CellTableTests
{
    const string Head = """
        # The cells of samples/Cells

        What the compiler decides for each: this page is generated from the cells' `Info` and held against it by a test.
        A cell stands under the hardest class of its states. *Runs* lists the stages that carry a state; *bytes* is what one such stage reads and writes
        in memory per step and channel, going forward in fp32 (per-call rows and what stays in the cache do not count; in a loop, its maps), in the same order.

        """;

    [Fact]
    public void DocsCellsIsWhatTheCompilerSays()
    {
        StringBuilder page = new(Head);
        foreach (var group in Catalogue.All.OrderBy(e => e.Name, StringComparer.Ordinal).GroupBy(e => e.Info.States.Max(s => s.Kind)).OrderBy(g => g.Key))
        {
            page.Append($"\n## {group.Key}\n\n| cell | source | states | runs | bytes | why |\n|---|---|---|---|---|---|\n");
            foreach (Catalogue.Entry entry in group) page.Append($"{Row(entry.Info)}\n");
        }
        Snapshots.VerifyFile(page.ToString(), Path.Combine(Repository.Root, "docs", "cells.md"));
    }

    [Fact]
    public void EveryCellOfTheSamplesIsInTheCatalogue()
    {
        IEnumerable<string> cells = typeof(Recurve.Cells.MinGru).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(CellModule))).Select(t => t.Name);
        Assert.Equal(cells.Order(StringComparer.Ordinal), Catalogue.All.Select(e => e.Name).Order(StringComparer.Ordinal));
    }

    static string Row(CellInfo info)
    {
        List<string> recurrent = [.. RecurrentStages(info)];
        string states = string.Join(", ", info.States.GroupBy(s => s.Kind).Select(g => $"{string.Join(", ", g.Select(s => s.Name))} {g.Key}"));
        string runs = string.Join(" · ", recurrent.Where(s => !s.StartsWith(' ')).Select(s => HeadOfStage().Match(s).Value));
        string bytes = string.Join(" + ", recurrent.Select(s => Bytes().Match(s)).Where(m => m.Success).Select(m => m.Groups[1].Value));
        string why = string.Join("<br>", info.States.GroupBy(s => s.Reason).Select(g => $"`{g.Key}`"));
        return $"| [{info.Cell}](../samples/Cells/{info.Cell}.cs) | {Source(info.Cell)} | {states} | {runs} | {(bytes == "" ? "–" : bytes)} | {why.Replace("|", "\\|")} |";
    }

    /// <summary>Those that carry a state, and what stands inside a loop, indented.</summary>
    static IEnumerable<string> RecurrentStages(CellInfo info) => info.Stages.Where(line => CarriesStates().IsMatch(line));

    /// <summary>The first parenthesis of the cell's summary that holds a year; an arXiv number becomes a link.</summary>
    static string Source(string cell)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "samples", "Cells", $"{cell}.cs"));
        string summary = text[text.IndexOf("<summary>", StringComparison.Ordinal)..text.IndexOf("</summary>", StringComparison.Ordinal)].Replace("\n/// ", " ");
        Match source = Paper().Match(summary);
        return source.Success ? Arxiv().Replace(source.Groups[1].Value, "[arXiv $1](https://arxiv.org/abs/$1)") : "–";
    }

    [GeneratedRegex("^(?:  |Scan |Newton |Step by step|Loop |Delay |Hold )")]
    private static partial Regex CarriesStates();

    [GeneratedRegex(@"^[^;→]*[^;→ ]")]
    private static partial Regex HeadOfStage();

    [GeneratedRegex(@"(\d+) bytes per step and channel")]
    private static partial Regex Bytes();

    [GeneratedRegex(@"\(([^()]*\b(?:19|20)\d\d\b[^()]*)\)")]
    private static partial Regex Paper();

    [GeneratedRegex(@"arXiv (\d{4}\.\d{5}(?:v\d)?)")]
    private static partial Regex Arxiv();
}
