using System.Reflection;
using System.Runtime.Loader;

namespace Recurve.Tool;

/// <summary>A cell of a project that was built.</summary>
/// <param name="Type">The cell's class.</param>
/// <param name="Info">What the compiler decided.</param>
sealed record LoadedCell(Type Type, CellInfo Info)
{
    /// <summary>The cells of an assembly, by name.</summary>
    /// <exception cref="MistakeException">It has none, or was compiled with another version of the library.</exception>
    public static IReadOnlyList<LoadedCell> Of(Built built)
    {
        AssemblyName own = typeof(CellModule).Assembly.GetName();
        if (!built.References.TryGetValue(own.Name!, out string? library)) throw new MistakeException($"{built.Assembly} does not refer to {own.Name}: there are no cells in it.");
        if (AssemblyName.GetAssemblyName(library).Version is var version && version != own.Version)
            throw new MistakeException($"{built.Assembly} was compiled with {own.Name} {version}, and this tool is of {own.Version}: install the tool of the same version.");

        Assembly assembly = new Context(built).LoadFromAssemblyPath(built.Assembly);
        LoadedCell[] cells =
        [
            .. assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(CellModule)) && !t.IsAbstract)
                .Select(t => (Type: t, Info: t.GetProperty("Info", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) as CellInfo))
                .Where(c => c.Info is not null).Select(c => new LoadedCell(c.Type, c.Info!)).OrderBy(c => c.Info.Cell, StringComparer.Ordinal),
        ];
        return cells.Length > 0 ? cells : throw new MistakeException($"{built.Assembly} has no cells (classes with [Cell]).");
    }

    /// <summary>Those of these names, or all where none is given.</summary>
    /// <exception cref="MistakeException">There is no cell of a name.</exception>
    public static IReadOnlyList<LoadedCell> Named(IReadOnlyList<LoadedCell> cells, IReadOnlyList<string> names)
    {
        foreach (string name in names)
            if (!cells.Any(c => c.Info.Cell == name)) throw new MistakeException($"no cell '{name}'; there {(cells.Count == 1 ? "is" : "are")} {string.Join(", ", cells.Select(c => c.Info.Cell))}.");
        return names.Count == 0 ? cells : [.. cells.Where(c => names.Contains(c.Info.Cell))];
    }

    // the library is this tool's own, so that cells are its cells; all else is the project's
    sealed class Context(Built built) : AssemblyLoadContext(built.Assembly)
    {
        protected override Assembly? Load(AssemblyName name)
            => name.Name != typeof(CellModule).Assembly.GetName().Name && built.References.TryGetValue(name.Name!, out string? path) ? LoadFromAssemblyPath(path) : null;
    }
}
