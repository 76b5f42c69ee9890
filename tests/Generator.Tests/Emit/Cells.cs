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

    public static string Source(string name) => File.ReadAllText(All.Single(c => c.Name == name).Path);
}
