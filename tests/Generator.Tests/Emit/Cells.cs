using Recurve.TestKit;

namespace Recurve.Generator.Tests.Emit;

/// <summary>The committed cells, as sources.</summary>
static class Cells
{
    static readonly ILookup<bool, (string Name, string Path)> files = Directory.GetFiles(Path.Combine(Repository.Root, "samples", "Cells"), "*.cs")
        .Select(p => (Path.GetFileNameWithoutExtension(p), p)).Order().ToLookup(f => File.ReadAllText(f.p).Contains("[Cell"));

    public static IReadOnlyList<(string Name, string Path)> All { get; } = [.. files[true]];

    /// <summary>The cells that a cell has as parts, and what makes its constants.</summary>
    public static string[] Parts(string name) =>
    [
        .. All.Where(c => Source(name).Contains($"readonly {c.Name} ", StringComparison.Ordinal)).SelectMany(c => new[] { Source(c.Name) }.Concat(Parts(c.Name))),
        .. Makers(Source(name)),
    ];

    public static IEnumerable<string> Makers(string source) => files[false]
        .Where(f => source.Contains($"{f.Name}.Of(", StringComparison.Ordinal)).Select(f => File.ReadAllText(f.Path)).SelectMany(s => Makers(s).Prepend(s));

    public static string Source(string name) => File.ReadAllText(All.Single(c => c.Name == name).Path);
}
