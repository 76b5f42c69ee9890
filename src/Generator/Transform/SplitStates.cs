using Recurve.Generator.Analysis;
using Recurve.Generator.IR;
using Recurve.Generator.Support;

namespace Recurve.Generator.Transform;

/// <summary>
/// Program → Program with the same results. Before: the vectors that the user declared. After: one along which numbers move, as in the shift register
/// <c>w = Concat(Slice(w, n, 3 * n), x)</c>, is a state for each piece that moves as a whole, where that lets time be split in all of it; else it stays.
/// </summary>
internal static class SplitStates
{
    public static Program Run(Program program)
    {
        if (!program.Values.Any(v => v.Op is Op.Slice or Op.Concat)) return program;
        // a complex vector is two states already
        foreach (var field in program.States.Where(s => s.Name == s.Field && s.New is not null).Select(s => s.Field).ToList())
        {
            var state = program.States.First(s => s.Field == field);
            if (Cuts.Of(program, state) is not { } pieces || IsScannable(program, field)) continue;
            var split = Split(program, state, pieces);
            if (IsScannable(split, field)) program = split;
        }
        return program;
    }

    static bool IsScannable(Program program, string field) => DependencyClassifier.Classify(program).GroupsOf(field).All(g => g.IsScannable);

    static Program Split(Program program, State state, IReadOnlyList<(Size Start, Size Length)> pieces)
    {
        var b = new Builder(program.Values);
        var old = pieces.Select(p => b.Leaf(Op.OldState, PlaneNames.Piece(state.Name, p.Start, p.Length), Shape.Vector(p.Length), state.Origin)).ToList();

        // the old vector from one place to another
        Value Between(Size start, Size end)
            => b.Add(Op.Concat, [.. old.Where((_, i) => !(pieces[i].Start - start).IsNegative && !(end - pieces[i].Start - pieces[i].Length).IsNegative)]);

        var now = new Dictionary<Value, Value>();
        IReadOnlyList<Value> next = [];
        foreach (var value in Reach.From(program.Roots()))
        {
            now[value] = value == state.Old ? Between(Size.Of(0), state.Size)
                : value.Op == Op.Slice && value.Operands[0] == state.Old ? Between(value.Sizes[0], value.Sizes[0] + value.Sizes[1])
                : value.Operands.All(o => now[o] == o) ? value
                : b.Add(value.Op, [.. value.Operands.Select(o => now[o])], value.Name, value.Number, value.Sizes, value.Origin);
            if (value != state.New) continue;
            next = [.. pieces.Select(p => Taken(b, now[value], p.Start, p.Length, []))];
            now[value] = b.Add(Op.Concat, next);
        }

        var whole = Reasons.Equation(state.Name, new Expression(program).Of(state.New!));
        var states = program.States.SelectMany(s => s != state
            ? [s with { New = s.New is { } value ? now[value] : null }]
            : pieces.Select((p, i) => s with { Name = old[i].Name, Size = p.Length, Old = old[i], New = next[i], Whole = whole })).ToList();
        var outputs = program.Outputs.Select(o => (o.Name, now[o.Value])).ToList();
        var split = Simplify.Run(program with { Values = [.. b.Values.Where(v => v != state.Old)], States = states, Outputs = outputs });
        return split with { States = [.. split.States.Select(s => s.New == s.Old ? s with { New = null } : s)] };
    }

    // some numbers of a vector, of what they are made of alone
    static Value Taken(Builder b, Value value, Size start, Size length, Dictionary<Value, Value> known)
    {
        if (value.IsScalar) return value;
        if (known.TryGetValue(value, out var taken)) return taken;
        return known[value] = value.Row().Family == Family.Elementwise
            ? b.Add(value.Op, [.. value.Operands.Select(o => Taken(b, o, start, length, known))], value.Name, value.Number, value.Sizes, value.Origin)
            : b.Slice(value, start, length);
    }
}
