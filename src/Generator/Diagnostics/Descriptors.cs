using Microsoft.CodeAnalysis;

namespace Recurve.Generator.Diagnostics;

/// <summary>All descriptors, by band in the files beside this one.</summary>
internal static partial class Descriptors
{
    const string HelpLink = "https://github.com/recurve-net/recurve/blob/main/docs/diagnostics/";

    public static IReadOnlyCollection<DiagnosticDescriptor> All => Index.ById.Values;

    public static DiagnosticDescriptor Of(string id) => Index.ById[id];

    // a type of its own: static fields of the parts of a class are initialised in no promised order
    static class Index
    {
        public static readonly Dictionary<string, DiagnosticDescriptor> ById =
            new[] { Declaration, Parallelism, Language, Shapes, Numerics, Hints, Internal }.SelectMany(d => d).ToDictionary(d => d.Id);
    }
}
