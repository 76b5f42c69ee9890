using Recurve.Generator.IR;

namespace Recurve.Generator.Analysis;

/// <summary>
/// Finds how each state's new value depends on the old ones. Groups are taken in topological order, so that states of earlier groups are known
/// sequences; within a group one walk gives the form (<see cref="FormRules"/>), and the first class that fits is taken.
/// </summary>
internal static class DependencyClassifier
{
    public static Classification Classify(Program program)
    {
        var builder = new Builder(program.Values);
        var intervals = new Intervals();
        var forms = StateGroups.Of(program).Select(group =>
        {
            var form = Form(builder, group);
            form = form with { Bounded = form.Held || form.A is { } a && intervals.Of(a) is { Low: >= -1, High: <= 1 } };
            return form with { Reason = Reasons.Of(program, form) };
        }).ToList();
        return new(program with { Values = builder.Values }, forms);
    }

    static RecurrenceForm Form(Builder b, IReadOnlyList<State> group)
    {
        var asked = group.Select(s => s.Strategy).Where(s => s != "Auto").Distinct().ToList();
        RecurrenceForm Of(RecurrenceKind kind) => new(group, kind, asked.FirstOrDefault() ?? "Auto", asked.Count > 1) { Reason = "" };

        if (group[0].New is null) return Of(RecurrenceKind.Diagonal);
        var rules = new FormRules(b, group);
        var values = Reach.From(group.Select(s => s.New!));
        foreach (var value in values) rules.Of(value);
        var next = group.Select(s => rules.Of(s.New!)).ToList();
        var old = group.Select(s => s.Old).ToList();

        if (!values.Intersect(old).Any()) return Of(RecurrenceKind.FeedForward);
        var varying = false;
        var alone = next.Count == 1 ? next[0] : Analysis.Form.Nonlinear(true);
        var (kind, level) = alone switch
        {
            _ when next.All(f => f.Level <= 1) => (group.Count == 1 ? RecurrenceKind.Diagonal : RecurrenceKind.Block, 1),
            _ when next.All(f => f.Level <= 2) => (varying = !next.All(f => f.Affine!.PerCall)) ? (RecurrenceKind.Coupled, 2) : (RecurrenceKind.Dense, 2),
            { MaxPlus.A: not null } or { MaxPlus: not null, Clamped: null } => (RecurrenceKind.MaxPlus, 3),
            { Clamped: not null } => (RecurrenceKind.Clamped, 3),
            { LogPlus: not null } => (RecurrenceKind.LogPlus, 3),
            _ when next.All(f => f.Aligned) => (RecurrenceKind.Pointwise, group.Count == 1 ? 4 : 3),
            _ => (RecurrenceKind.Coupled, 4),
        };
        if (kind is RecurrenceKind.Diagonal or RecurrenceKind.Block)
        {
            var linear = Of(kind) with
            {
                Coefficients = [.. next.Select(f => (IReadOnlyList<Value?>)[.. old.Select((_, s) => f.Affine!.Coefficients.GetOrNull(s)?.Elementwise)])],
                Offsets = [.. next.Select(f => f.Affine!.R)],
            };
            var numbers = linear.Coefficients.SelectMany(row => row).Concat(linear.Offsets);
            return kind == RecurrenceKind.Diagonal ? linear : linear with { Map = [.. numbers.Select(v => v ?? b.Literal(0))] };
        }

        var offence = values.FirstOrDefault(v => rules.Of(v) is var f && f.Level >= level && !(varying && f.Affine!.PerCall))
            ?? values.First(v => rules.Of(v).Level >= 2);
        var form = Of(kind) with { Offence = offence, Chain = Chain(old, offence), VariesInTime = varying, Map = Map(b, kind, alone) };
        var stopped = values.Any(v => v.Op == Op.StopGradient && !rules.Of(v).IsFree);
        return kind == RecurrenceKind.Dense && !stopped && rules.Matrices(next) is { } matrices
            ? form with { Matrices = matrices, Offsets = [.. next.Select(f => f.Affine!.R)], OnRows = next.Any(f => f.Affine!.Coefficients.Values.Any(c => c.OnRows)) }
            : form;
    }

    static IReadOnlyList<Value> Map(Builder b, RecurrenceKind kind, Form form)
    {
        Value Or(Value? value, double absent) => value ?? b.Literal(absent);
        return kind switch
        {
            RecurrenceKind.Clamped when form.Clamped is { } c
                => [Or(c.A, 0), Or(c.B, 0), Or(c.Lo, double.NegativeInfinity), Or(c.Hi, double.PositiveInfinity)],
            RecurrenceKind.MaxPlus when form.MaxPlus is { } m => [Or(m.A, 0), Or(m.B, double.NegativeInfinity)],
            RecurrenceKind.LogPlus when form.LogPlus is { } l => [Or(l.A, 0), Or(l.B, double.NegativeInfinity)],
            _ => [],
        };
    }

    // a shortest way from an old state to the offence
    static IReadOnlyList<int> Chain(IReadOnlyList<Value> old, Value offence)
    {
        var towards = new Dictionary<Value, Value?> { [offence] = null };
        var open = new Queue<Value>([offence]);
        while (open.Count > 0)
        {
            var value = open.Dequeue();
            if (old.Contains(value))
            {
                var origins = new List<int>();
                for (Value? v = value; v is not null; v = towards[v])
                {
                    if (v.Origin >= 0 && !origins.Contains(v.Origin)) origins.Add(v.Origin);
                }
                return origins;
            }
            foreach (var operand in value.Operands.Where(o => !towards.ContainsKey(o)))
            {
                towards[operand] = value;
                open.Enqueue(operand);
            }
        }
        return [];
    }
}
