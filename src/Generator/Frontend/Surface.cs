using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Recurve.Generator.Frontend;

/// <summary>
/// All that code in one file can know of the other files: every token outside the bodies of methods, as a hash, and what the compilation
/// refers to. While it stays the same, binding a file gives what it gave before.
/// </summary>
internal sealed class Surface
{
    static readonly ConditionalWeakTable<Compilation, Surface> known = new();
    static readonly ConditionalWeakTable<SyntaxTree, object> hashes = new();

    readonly ulong hash;
    readonly ImmutableArray<MetadataReference> references;
    readonly CompilationOptions options;
    readonly string? assembly;

    Surface(Compilation compilation)
    {
        foreach (var tree in compilation.SyntaxTrees) hash = Next(hash, (ulong)hashes.GetValue(tree, static t => Hash(t)));
        (references, options, assembly) = (compilation.ExternalReferences, compilation.Options, compilation.AssemblyName);
    }

    /// <summary>Made once per compilation, from hashes made once per file.</summary>
    public static Surface Of(Compilation compilation) => known.GetValue(compilation, static c => new Surface(c));

    public bool IsSame(Surface other)
        => hash == other.hash && assembly == other.assembly && options.Equals(other.options)
            && (references == other.references || references.SequenceEqual(other.references));

    static object Hash(SyntaxTree tree)
    {
        var hash = 0UL;
        foreach (var token in tree.GetRoot().DescendantTokens(static node => !IsBody(node)))
        {
            hash = Next(hash, (ulong)token.RawKind);
            foreach (var c in token.Text) hash = Next(hash, c);
        }
        return hash;
    }

    // initializers stay in: those of constants are seen from everywhere; and so do the statements of a program without a Main
    static bool IsBody(SyntaxNode node)
        => node is BlockSyntax { Parent: BaseMethodDeclarationSyntax or AccessorDeclarationSyntax } or ArrowExpressionClauseSyntax;

    // FNV-1a, one number at a time
    static ulong Next(ulong hash, ulong value) => unchecked((hash ^ value) * 1099511628211UL + 14695981039346656037UL);
}
