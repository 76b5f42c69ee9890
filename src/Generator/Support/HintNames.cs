using System.Collections.Immutable;
using System.Globalization;

namespace Recurve.Generator.Support;

/// <summary>File names of generated sources: unique also without case.</summary>
internal static class HintNames
{
    /// <summary>Names that are equal to another one but for case, in lower case and sorted.</summary>
    public static EquatableArray<string> Clashing(ImmutableArray<string> names, CancellationToken cancellation)
        => new(names.Distinct().GroupBy(n => n.ToLowerInvariant()).Where(g => g.Count() > 1).Select(g => g.Key).OrderBy(n => n, StringComparer.Ordinal));

    public static string Of(string fullName, EquatableArray<string> clashing)
    {
        var name = new string([.. fullName.Select(c => char.IsLetterOrDigit(c) || c is '.' or '_' ? c : '_')]);
        return clashing.Contains(fullName.ToLowerInvariant()) ? $"{name}.{Hash(fullName)}.g.cs" : $"{name}.g.cs";
    }

    // FNV-1a: the same in every process, unlike string.GetHashCode
    static string Hash(string text)
        => text.Aggregate(2166136261u, (hash, c) => unchecked((hash ^ c) * 16777619u)).ToString("x8", CultureInfo.InvariantCulture);
}
