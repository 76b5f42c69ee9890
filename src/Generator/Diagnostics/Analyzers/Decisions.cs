using Recurve.Generator.Analysis;
using Recurve.Generator.Frontend;
using Recurve.Generator.IR;
using Recurve.Generator.Model;
using Recurve.Generator.Support;
using Recurve.Generator.Transform;

namespace Recurve.Generator.Diagnostics.Analyzers;

/// <summary>What shapes, classes and strategies of a cell that is in the language give reason to say.</summary>
internal sealed class Decisions(CellSpec spec, IReadOnlyList<Origin> origins)
{
    readonly List<Finding> findings = [];

    /// <summary>All there is to say, in the order it was found.</summary>
    public IReadOnlyList<Finding> Findings => findings;

    /// <summary>Sizes of the inputs; null where nothing fixes one.</summary>
    public IReadOnlyList<Size?> Inputs { get; private set; } = [];

    /// <summary>Null where shapes do not match.</summary>
    public Classification? Classification { get; private set; }

    public static Decisions Of(CellSpec spec, IReadOnlyList<Origin> origins)
    {
        var decisions = new Decisions(spec, origins);
        var lowered = Lower.Run(spec);
        decisions.Inputs = lowered.Inputs;
        foreach (var error in lowered.Errors) decisions.Say(error.Id, error.Origin, [], [.. error.Arguments]);
        if (lowered.Program is { } program)
        {
            decisions.SayWithoutEffect(program);
            var classification = decisions.Classification = DependencyClassifier.Classify(SplitStates.Run(Simplify.Run(program)));
            foreach (var state in spec.States) decisions.SayClass(state, classification);
            foreach (var group in classification.Groups) decisions.SayGroup(group, classification.Program);
        }
        return decisions;
    }

    void SayWithoutEffect(Program program)
    {
        var reaching = Effects.Reaching(program);
        foreach (var part in spec.Parts.Where(p => !reaching.Any(n => n.StartsWith(p.Name + ".", StringComparison.Ordinal)))) Say(DiagnosticIds.NoEffect, part.Origin, [], "Part", part.Name);
        foreach (var weight in spec.Fields.Where(f => f.Trained && !reaching.Contains(f.Name) && !IsOfPart(f.Name))) Say(DiagnosticIds.NoEffect, weight.Origin, [], "Weight", weight.Name);
        foreach (var input in spec.Inputs.Where(i => !reaching.Contains(i.Name))) Say(DiagnosticIds.NoEffect, input.Origin, [], "Input", input.Name);
        // a state may be there to be handed out at the end: its new value being an output is an effect
        var now = Reach.From(program.Outputs.Select(o => o.Value)).ToList();
        var idle = program.States.Where(s => !reaching.Contains(s.Name) && !Alternatives(s).Any(now.Contains)).ToList();
        foreach (var state in spec.States.Where(s => !IsOfPart(s.Name) && program.States.Where(p => p.Field == s.Name).All(idle.Contains))) Say(DiagnosticIds.NoEffect, state.Origin, [], "State", state.Name);
    }

    /// <summary>What a state may become, through selections: a branch that assigns it and returns it hands out one of them.</summary>
    static IEnumerable<Value> Alternatives(State state)
    {
        var open = new Stack<Value>();
        if (state.New is { } next) open.Push(next);
        while (open.Count > 0)
        {
            var value = open.Pop();
            if (value == state.New || value != state.Old && value.Op != Op.Literal) yield return value;
            if (value.Op != Op.Where) continue;
            open.Push(value.Operands[1]);
            open.Push(value.Operands[2]);
        }
    }

    void SayClass(StateSpec state, Classification classification)
    {
        var (kind, reason) = classification.Of(state.Name);
        Say(DiagnosticIds.StateClass, state.Origin, [], state.Name, kind.ToString(), classification.GroupsOf(state.Name)[0].Runs, reason);
    }

    void SayGroup(RecurrenceForm form, Program program)
    {
        if (IsSaidByPart(form)) return;
        if (form.Conflict)
        {
            Say(DiagnosticIds.StrategyConflict, form.States[0].Origin, [.. form.States.Skip(1).Select(s => s.Origin)],
                Names(form), string.Join(", ", form.States.Select(s => $"{s.Field} {s.Strategy}").Distinct()));
            return;
        }
        if (form.Kind == RecurrenceKind.Diagonal && !form.Bounded && form.A is { } decay)
            Say(DiagnosticIds.UnboundedDecay, decay.Origin >= 0 ? decay.Origin : form.States[0].Origin, [form.States[0].Origin], form.States[0].Field, new Expression(program).Of(decay));
        if (form.Kind == RecurrenceKind.Dense && form.Offence is { } dense)
            Say(DiagnosticIds.CouldBeDiagonal, dense.Origin, form.Chain, Names(form), new Expression(program).Of(dense));
        if (!form.IsScannable) SayNotScanned(form);
    }

    static bool IsOfPart(string name) => name.Contains('.');

    // a group of one part's states that is by itself what it is here is that class's to answer for
    bool IsSaidByPart(RecurrenceForm form)
    {
        var part = spec.Parts.FirstOrDefault(p => form.States.All(s => s.Field.StartsWith(p.Name + ".", StringComparison.Ordinal)));
        if (part is null || Lower.Run(part.Cell).Program is not { } alone) return false;
        var names = form.States.Select(s => s.Field.Substring(part.Name.Length + 1)).ToList();
        return DependencyClassifier.Classify(SplitStates.Run(Simplify.Run(alone))).Groups.Any(g => g.Kind == form.Kind && g.States.Select(s => s.Field).SequenceEqual(names));
    }

    void SayNotScanned(RecurrenceForm form)
    {
        var nonlinear = form.Kind == RecurrenceKind.Pointwise || (form.Kind == RecurrenceKind.Coupled && !form.VariesInTime);
        var why = form.VariesInTime ? $"mixes channels through a matrix that changes over time: {form.Reason}"
            : nonlinear ? $"depends on its own past through a nonlinear operation: {form.Reason}"
            : form.Kind == RecurrenceKind.Block ? $"is one of {form.States.Count} states per channel, and blocks of more than {RecurrenceForm.MostStates} are not composed: {form.Reason}"
            : $"is linear ({form.Kind}) but is not run in parallel yet: {form.Reason}";
        var at = form.Offence?.Origin is >= 0 and var origin ? origin : form.States[0].Origin;
        switch (form.Strategy)
        {
            case "Sequential": break;
            case "Scan": Say(DiagnosticIds.CannotScan, at, form.Chain, Names(form), why); break;
            case "Newton" when form.Kind == RecurrenceKind.Coupled: Say(DiagnosticIds.CannotNewton, at, form.Chain, Names(form), $"is Coupled: {form.Reason}"); break;
            case "Newton" when form.Kind is RecurrenceKind.Pointwise or RecurrenceKind.Block && !form.UsesNewton:
                Say(DiagnosticIds.CannotNewton, at, form.Chain, Names(form), $"is one of {form.States.Count} states per channel"); break;
            case "Newton" when form.UsesNewton: SayLimits(form); break;
            default: Say(form.VariesInTime ? DiagnosticIds.VaryingMatrix : DiagnosticIds.StepByStep, at, form.Chain, Names(form), why); break;
        }
    }

    void SayLimits(RecurrenceForm form)
    {
        foreach (var state in form.States)
        {
            if (!(state.Tolerance > 0)) Say(DiagnosticIds.CannotNewton, state.Origin, [], state.Field, $"asks for a tolerance of {Printer.Number(state.Tolerance)}");
            if (state.Iterations < 1) Say(DiagnosticIds.CannotNewton, state.Origin, [], state.Field, $"asks for {Printer.Number(state.Iterations)} iterations");
        }
    }

    static string Names(RecurrenceForm form) => string.Join(", ", form.States.Select(s => s.Field).Distinct());

    void Say(string id, int origin, IReadOnlyList<int> chain, params string[] arguments)
    {
        SourceSpan At(int ordinal) => ordinal >= 0 && ordinal < origins.Count ? origins[ordinal].At : default;
        IReadOnlyList<SourceSpan> CallsOf(int ordinal) => ordinal >= 0 && ordinal < origins.Count ? origins[ordinal].Calls : [];
        // both parts of a complex state may give the same reason
        if (findings.Exists(f => f.Id == id && f.At == At(origin) && f.Arguments.SequenceEqual(arguments))) return;
        // the way into helpers belongs to the walk, and ends at the place itself
        var walk = chain.Where(c => c != origin).SelectMany(c => CallsOf(c).Append(At(c))).Concat(chain.Count > 0 ? CallsOf(origin) : []).Distinct().Where(s => s != At(origin));
        findings.Add(new(id, At(origin), new EquatableArray<string>(arguments), [.. walk]));
    }
}
