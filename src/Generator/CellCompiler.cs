using Recurve.Generator.Model;

namespace Recurve.Generator;

/// <summary>The generated half of one cell; an empty text generates nothing.</summary>
internal sealed record CompiledCell(string Source);

/// <summary>CellSpec to C#, a pure function.</summary>
internal static class CellCompiler
{
    public static CompiledCell Compile(CellSpec spec) => new("");
}
