using System.Text.RegularExpressions;

namespace Recurve.TestKit;

/// <summary>
/// A block of C# on a page. What it is stands after <c>csharp</c>: nothing for complete types, <c>statements</c> of a method, a <c>program</c> of its own, or a piece of
/// what is <c>generated</c> for the page's cells. A comment above it says what it takes for granted, <c>&lt;!-- given: using Recurve.Cells; Tensor x --&gt;</c>, or what the compiler
/// says of it, <c>&lt;!-- says: RCV1001 --&gt;</c>.
/// </summary>
public sealed record Snippet(string Kind, string Given, string Says, string Text);

/// <summary>A table whose last column holds C# expressions, announced by <c>&lt;!-- expressions: Tensor x --&gt;</c>.</summary>
public sealed record ExpressionTable(string Given, IReadOnlyList<string> Expressions);

/// <summary>What is C# on the pages of the documentation.</summary>
public static partial class Markdown
{
    /// <summary>README and all pages of docs but those of the diagnostics, which show what is wrong; relative to the repository.</summary>
    public static IReadOnlyList<string> Pages { get; } =
    [
        "README.md", "CONTRIBUTING.md",
        .. Directory.GetFiles(System.IO.Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(f => System.IO.Path.GetRelativePath(Repository.Root, f).Replace('\\', '/'))
            .Where(f => !f.StartsWith("docs/diagnostics/", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    /// <summary>The text of a page.</summary>
    public static string Read(string page) => File.ReadAllText(System.IO.Path.Combine(Repository.Root, page)).Replace("\r\n", "\n");

    /// <summary>The blocks of C# of a page, in order.</summary>
    public static IReadOnlyList<Snippet> Snippets(string page) => [.. Block().Matches(Read(page)).Select(m => new Snippet(m.Groups["kind"].Value.Trim(), Comment(m, "given"), Comment(m, "says"), m.Groups["text"].Value))];

    /// <summary>The tables of expressions of a page.</summary>
    public static IReadOnlyList<ExpressionTable> Tables(string page) =>
    [
        .. Table().Matches(Read(page)).Select(m => new ExpressionTable(m.Groups["given"].Value.Trim(),
            [.. m.Groups["rows"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => LastCell().Match(row) is { Success: true } cell ? cell.Groups[1].Value : throw new FormatException($"{page}: no expression in the last column of {row}"))])),
    ];

    static string Comment(Match block, string about) => block.Groups["about"].Value == about ? block.Groups["comment"].Value.Trim() : "";

    [GeneratedRegex("(?:^<!-- (?<about>given|says): (?<comment>.*?) -->\n)?^```csharp(?<kind>[^\n]*)\n(?<text>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex("^<!-- expressions: (?<given>.*?) -->\n\\|[^\n]*\n\\|[-|]*\n(?<rows>(?:\\|[^\n]*\n)+)", RegexOptions.Multiline)]
    private static partial Regex Table();

    [GeneratedRegex("\\| `([^`]*)` \\|$")]
    private static partial Regex LastCell();
}
