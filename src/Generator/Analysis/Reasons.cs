using Recurve.Generator.IR;

namespace Recurve.Generator.Analysis;

/// <summary>Why a group has its class, as one sentence in the user's names.</summary>
internal static class Reasons
{
    public static string Of(Program program, RecurrenceForm form)
    {
        var expression = new Expression(program);
        var name = string.Join(", ", form.States.Select(s => s.Name));
        if (form.Held) return $"{name} is never assigned";
        var next = string.Join(", ", form.States.Select(s => Equation(s.Name, expression.Of(s.New!))));
        // an operation on something too long to print is named by itself
        var offence = form.Offence is null ? "" : expression.Of(form.Offence) is var text && text.Contains('…') ? form.Offence.Op.ToString() : text;
        var itself = form.States.Count == 1 ? "itself" : $"({name})";
        return form.Kind switch
        {
            RecurrenceKind.FeedForward => $"{next} does not depend on the old {name}",
            RecurrenceKind.Diagonal or RecurrenceKind.Block => Linear(program, form),
            RecurrenceKind.Clamped => $"{next} is linear in {name} between bounds",
            RecurrenceKind.MaxPlus => $"{next} is a maximum of {name} plus a term, and a term",
            RecurrenceKind.LogPlus => $"{next} is a log-sum-exp of {name} plus a term, and a term",
            RecurrenceKind.Dense => $"{next} mixes the channels of {name} in {offence}, by matrices constant over time",
            RecurrenceKind.Pointwise => $"{next} is nonlinear in {name} through {offence}, each channel depending on {itself} alone",
            _ when form.VariesInTime => $"{next} mixes the channels of {name} in {offence}, by a matrix that changes over time",
            _ => $"{next} is nonlinear in {name} through {offence}, and mixes channels{Mixing(form)}",
        };
    }

    /// <summary>A state's new value, as far as it can be printed.</summary>
    public static string Equation(string name, string text) => text.Contains('…') ? $"{name}'" : $"{name}' = {text}";

    static string Mixing(RecurrenceForm form) => MixedBy(form) is { Count: > 0 } names ? $" through {string.Join(", ", names)}" : "";

    /// <summary>The weights and constants whose products carry one channel's past to another; none: a sum, a norm, a slice does.</summary>
    public static IReadOnlyList<string> MixedBy(RecurrenceForm form)
    {
        var dependent = new HashSet<Value>(form.States.Select(s => s.Old));
        var names = new List<string>();
        foreach (var value in Reach.From(form.States.Select(s => s.New!)))
        {
            if (!value.Operands.Any(dependent.Contains)) continue;
            dependent.Add(value);
            if (value.Op == Op.MatVec && !dependent.Contains(value.Operands[0])) names.AddRange(Matrices(value.Operands[0]).Where(n => !names.Contains(n)).ToList());
        }
        return names;
    }

    static IEnumerable<string> Matrices(Value value)
        => value.Op == Op.Field ? [value.Name] : value.Operands.Where(o => o.Shape.Rank == 2).SelectMany(Matrices).Distinct();

    static string Linear(Program program, RecurrenceForm form)
    {
        var expression = new Expression(program);
        var equations = new List<string>();
        for (var t = 0; t < form.States.Count; t++)
        {
            var terms = new List<string>();
            for (var s = 0; s < form.States.Count; s++)
            {
                if (form.Coefficients[t][s] is not { } a) continue;
                var isSubtracted = terms.Count > 0 && a.Op == Op.Negate;
                if (terms.Count > 0) terms.Add(isSubtracted ? " - " : " + ");
                terms.Add(a.IsLiteral(1) ? form.States[s].Name
                    : a.Op == Op.AlongRows ? $"{form.States[s].Name} * Diagonal({expression.Term(a.Operands[0])})"
                    : $"{expression.Factor(isSubtracted ? a.Operands[0] : a)} * {form.States[s].Name}");
            }
            if (form.Offsets[t] is { } offset) terms.Add($"{(terms.Count > 0 ? " + " : "")}{expression.Term(offset)}");
            equations.Add($"{form.States[t].Name}' = {string.Concat(terms)}");
        }

        var free = form.Coefficients.SelectMany(row => row).Concat(form.Offsets).OfType<Value>().ToList();
        var names = expression.Mentioned.Select(v => v.Name).Distinct().ToList();
        if (names.Count > 0) free = [.. expression.Mentioned];
        var subject = names.Count > 0 ? $"with {string.Join(", ", names)} from" : "its coefficients from";
        return $"{string.Join(", ", equations)}{(names.Count > 0 ? " " : ", ")}{subject} {Sources(program, free)}";
    }

    // "inputs only", "weights only", "inputs and the state g"
    static string Sources(Program program, IEnumerable<Value> values)
    {
        var leaves = Reach.From(values).Where(v => v.IsLeaf).ToList();
        var others = program.States.Where(s => leaves.Contains(s.Old)).Select(s => s.Whole is null ? s.Name : s.Field).Distinct().ToList();
        var inputs = leaves.Any(l => l.Op == Op.Input);
        var states = $"the state{(others.Count > 1 ? "s" : "")} {string.Join(", ", others)}";
        return others.Count > 0 ? (inputs ? $"inputs and {states}" : states) : inputs ? "inputs only"
            : leaves.Any(l => l.Op == Op.Field) ? "weights only" : "numbers only";
    }
}
