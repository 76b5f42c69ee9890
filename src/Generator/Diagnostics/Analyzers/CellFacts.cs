using Microsoft.CodeAnalysis;
using Recurve.Generator.Analysis;
using Recurve.Generator.Frontend;
using Recurve.Generator.IR;
using Recurve.Generator.Support;

namespace Recurve.Generator.Diagnostics.Analyzers;

/// <summary>What a code fix may know of a cell. A fix tries its change and looks here whether it keeps what it promises.</summary>
/// <param name="States">In declaration order; empty where the cell is not in the language or its shapes do not match.</param>
/// <param name="Inputs">Names and sizes, in the constructor's parameters, of the inputs of Step; null: nothing fixes the size.</param>
/// <param name="Reads">Where the past of a state is read, and nothing else ever is, in source order.</param>
/// <param name="SquareWeights">Trained matrices with as many rows as columns.</param>
/// <param name="Complaints">What the analyzer says, of warning level and above.</param>
internal sealed record CellFacts(
    IReadOnlyList<StateFacts> States,
    IReadOnlyList<(string Name, string? Size)> Inputs,
    IReadOnlyList<StateRead> Reads,
    IReadOnlyList<string> SquareWeights,
    IReadOnlyList<Complaint> Complaints)
{
    public static CellFacts Of(INamedTypeSymbol cell, Compilation compilation, CancellationToken cancellation)
    {
        var (spec, findings) = CellReader.Read(cell, compilation, cancellation);
        var decisions = spec is { HasErrors: false } ? Decisions.Of(spec, findings.Origins) : null;
        var said = findings.Items.Concat(decisions?.Findings ?? [])
            .Where(f => Descriptors.Of(f.Id).DefaultSeverity >= DiagnosticSeverity.Warning)
            .Select(f => new Complaint(f.Id, Complaint.NameOf(cell), f.Arguments.Count > 0 ? f.Arguments[0] : ""));
        return new(
            decisions?.Classification is { } classes ? [.. spec!.States.Select(s => StateFacts.Of(s, classes.GroupsOf(s.Name)[0]))] : [],
            [.. (spec?.Inputs ?? default).Select((x, i) => (x.Name, decisions?.Inputs[i]?.ToString()))],
            [.. findings.Reads.Where(r => r.Value is not null).Select(r => new StateRead(r.Value!, r.Key.ToLocation())).OrderBy(r => r.At.SourceSpan.Start)],
            [.. (spec?.Fields ?? default).Where(f => f.Trained && f.Columns is { } columns && columns.Equals(f.Rows)).Select(f => f.Name)],
            [.. said]);
    }
}

/// <summary>A state and how its group runs.</summary>
/// <param name="Group">All states of its group, itself among them.</param>
/// <param name="Kind">Name of a <c>RecurrenceKind</c>.</param>
/// <param name="Size">Of a real vector, in the constructor's parameters; null: a complex vector or a matrix.</param>
/// <param name="IsScanned">Runs in parallel over time.</param>
/// <param name="MixedBy">Weights and constants whose products carry one channel's past to another.</param>
internal sealed record StateFacts(string Name, IReadOnlyList<string> Group, string Kind, string? Size, bool IsScanned, IReadOnlyList<string> MixedBy)
{
    public static StateFacts Of(Model.StateSpec state, RecurrenceForm form) => new(
        state.Name, [.. form.States.Select(s => s.Field).Distinct()], form.Kind.ToString(), state.IsComplex || state.Columns is not null ? null : state.Size.ToString(),
        form.IsScannable, form.Held ? [] : Reasons.MixedBy(form));

    /// <summary>Whether its new value depends on its old one.</summary>
    public bool IsRecurrent => Kind != nameof(RecurrenceKind.FeedForward);
}

/// <summary>A place where the past of a state is read.</summary>
internal sealed record StateRead(string State, Location At);
