using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Recurve.Generator.Model;

namespace Recurve.Generator.Frontend;

/// <summary>A cell to be compiled. <paramref name="Spec"/> is null where nothing may be generated.</summary>
internal sealed record ReadCell(string FullName, CellSpec? Spec);

/// <summary>
/// What cells were read as. The pipeline asks for every cell after every edit, wherever it was; binding a Step again costs a millisecond. The
/// last answer stands while the files that were read in full are the same objects and nothing that they see of the others has changed.
/// </summary>
internal static class RememberedCells
{
    // forgotten together with the file the cell stands in
    static readonly ConditionalWeakTable<SyntaxTree, ConcurrentDictionary<int, Entry>> known = new();

    public static ReadCell Read(INamedTypeSymbol cell, SyntaxNode declaration, Compilation compilation, CancellationToken cancellation)
    {
        var surface = Surface.Of(compilation);
        var entries = known.GetValue(declaration.SyntaxTree, static _ => new());
        if (entries.TryGetValue(declaration.SpanStart, out var entry) && entry.Surface.IsSame(surface) && entry.Files.All(compilation.ContainsSyntaxTree))
            return entry.Cell;
        var reading = CellReader.Read(cell, compilation, cancellation);
        var read = new ReadCell(cell.ToDisplayString(), reading.Spec);
        entries[declaration.SpanStart] = new(surface, [.. reading.Findings.Files], read);
        return read;
    }

    sealed record Entry(Surface Surface, IReadOnlyList<SyntaxTree> Files, ReadCell Cell);
}
