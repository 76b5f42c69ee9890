using Recurve.TestKit;

namespace Recurve.Generator.Tests.Emit;

/// <summary>The committed cells, as sources.</summary>
static class Cells
{
    public static IReadOnlyList<(string Name, string Path)> All { get; } =
    [
        .. Directory.GetFiles(Path.Combine(Repository.Root, "samples", "Cells"), "*.cs")
            .Where(p => File.ReadAllText(p).Contains("[Cell")).Select(p => (Path.GetFileNameWithoutExtension(p), p)).Order(),
    ];

    /// <summary>The cells that a cell has as parts.</summary>
    public static string[] Parts(string name)
        => [.. All.Where(c => Source(name).Contains($"readonly {c.Name} ", StringComparison.Ordinal)).SelectMany(c => new[] { Source(c.Name) }.Concat(Parts(c.Name)))];

    public static string Source(string name) => File.ReadAllText(All.Single(c => c.Name == name).Path);
}
