using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Recurve.Generator.Frontend;

namespace Recurve.Generator.Diagnostics.Analyzers;

/// <summary>What a diagnostic tells a code fix beside its place: names, which an edit elsewhere in the file does not move.</summary>
/// <param name="Cell">Metadata name of the cell: <c>Space.Outer+Cell</c>.</param>
/// <param name="Subject">What is complained of: states (<c>h, c</c>), an input, a field, a type.</param>
internal sealed record Complaint(string Id, string Cell, string Subject)
{
    const string CellKey = "Cell", SubjectKey = "Subject";

    public static ImmutableDictionary<string, string?> PropertiesOf(INamedTypeSymbol cell, Finding finding) => ImmutableDictionary<string, string?>.Empty
        .Add(CellKey, NameOf(cell)).Add(SubjectKey, finding.Arguments.Count > 0 ? finding.Arguments[0] : "");

    /// <summary>Null: not a diagnostic of a cell.</summary>
    public static Complaint? Of(Diagnostic diagnostic)
        => diagnostic.Properties.TryGetValue(CellKey, out var cell) && diagnostic.Properties.TryGetValue(SubjectKey, out var subject) && cell is not null && subject is not null
            ? new(diagnostic.Id, cell, subject) : null;

    public static string NameOf(INamedTypeSymbol type)
        => type.ContainingType is { } outer ? $"{NameOf(outer)}+{type.MetadataName}"
            : type.ContainingNamespace.IsGlobalNamespace ? type.MetadataName : $"{type.ContainingNamespace.ToDisplayString()}.{type.MetadataName}";
}
