using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Recurve.Generator.Diagnostics.Analyzers;

namespace Recurve.CodeFixes;

/// <summary>
/// Writes linear surrogates into a cell: of each state whose past is to be replaced a gated impulse linear recurrence of the inputs, s = g s + (1 − g) τ(V x + d),
/// g = σ(U x + b) (Martin and Cundy 2018, arXiv 1709.04057, section 3.2).
/// </summary>
internal sealed class Surrogates(CellSource source)
{
    readonly Edits edits = new();
    readonly Names names = new(source);
    readonly Dictionary<string, string?> sizes = source.Facts.States.ToDictionary(s => s.Name, s => s.Size);
    readonly Dictionary<string, Surrogate> surrogates = [];

    sealed record Surrogate(string State, string Gate, string Input, string GateBias, string InputBias);

    /// <summary>
    /// The places that keep the states of a complaint from being scanned: those where a surrogate has to be read instead, linear uses of the past staying as they are.
    /// Null: that is not enough, or cannot be written.
    /// </summary>
    public static IReadOnlyList<StateRead>? Offending(CellSource source, Complaint complaint)
    {
        if (source.Step is null || source.Facts.Inputs.Any(i => i.Size is null)) return null;
        bool IsScanned(IReadOnlyList<StateRead> replaced)
            => new Surrogates(source).Replace(replaced) is var next && next.Mends(source, complaint) && next.StatesOf(complaint).All(s => s.IsScanned);
        return PastReads.Offending(PastReads.Of(source, [.. source.StatesOf(complaint).Where(s => s.Size is not null)]), IsScanned);
    }

    /// <summary>The next version, with surrogates read at these places.</summary>
    public CellSource Replace(IReadOnlyList<StateRead> reads)
    {
        foreach (var state in reads.Select(r => r.State).Distinct())
        {
            var name = names.Fresh(Camel(state) + "Surrogate");
            surrogates[state] = new(name, names.Fresh(name + "Gate"), names.Fresh(name + "Input"), names.Fresh(name + "GateBias"), names.Fresh(name + "InputBias"));
        }
        foreach (var read in reads) edits.Replace(read.At.SourceTree!, read.At.SourceSpan, surrogates[read.State].State);
        foreach (var state in surrogates) Declare(state.Key, state.Value);
        new StepEnd(source, source.Step!, names).Append(edits, [.. reads.Select(r => r.At)], at => [.. surrogates.Values.SelectMany(s => Update(s, at))]);
        return source.With(edits);
    }

    static string Camel(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot < 0 ? name : name.Substring(0, dot).Replace(".", "") + char.ToUpperInvariant(name[dot + 1]) + name.Substring(dot + 2);
    }

    void Declare(string state, Surrogate s)
    {
        var field = (FieldDeclarationSyntax)source.Field(state.Split('.')[0])!.Parent!.Parent!;
        string T(string type) => names.Type(type, field);
        var (rows, columns) = (sizes[state], string.Join(" + ", source.Facts.Inputs.Select(i => i.Size)));
        edits.LinesAfter(field,
        [
            $"// linear surrogate of {state} (Martin and Cundy 2018, arXiv 1709.04057): computed from inputs and its own past alone",
            $"[{T("WeightAttribute")}] readonly {T("Mat")} {s.Gate} = new({rows}, {columns}), {s.Input} = new({rows}, {columns});",
            $"[{T("WeightAttribute")}] readonly {T("Vec")} {s.GateBias} = new({rows}), {s.InputBias} = new({rows});",
            $"[{T("StateAttribute")}] {T("Vec")} {s.State} = new({rows});",
        ]);
    }

    IEnumerable<string> Update(Surrogate s, SyntaxNode at)
    {
        string F(string function) => names.Function(function, at);
        var inputs = source.Step!.ParameterList.Parameters.Select(p => p.Identifier.Text).ToList();
        var x = inputs.Count == 1 ? inputs[0] : $"{F("Concat")}({string.Join(", ", inputs)})";
        var keep = names.Fresh("keep");
        yield return $"{names.Type("Vec", at)} {keep} = {F("Sigmoid")}({s.Gate} * {x} + {s.GateBias});";
        yield return $"{s.State} = {keep} * {s.State} + (1 - {keep}) * {F("Tanh")}({s.Input} * {x} + {s.InputBias});";
    }
}
