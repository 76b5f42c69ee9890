using Recurve.Generator.IR;
using Recurve.Generator.Support;

namespace Recurve.Generator.Transform;

/// <summary>
/// Program → Program with the same results. Before: as lowered or as other passes left it. After: equal values once, identities
/// applied (<see cref="Identities"/>), dead values gone (inputs and states stay), a Slice moved down through elementwise values to what is
/// stored anyway, so that it is a view, and no mask broadcast or sliced (masks are never stored).
/// </summary>
internal static class Simplify
{
    public static Program Run(Program program)
    {
        var builder = new Builder();
        var stored = Stored(program);
        var now = new Dictionary<Value, Value>();
        var keep = program.Values.Where(v => v.Op is Op.Input or Op.OldState);
        foreach (var value in Reach.From(keep.Concat(program.Roots()))) now[value] = Rebuild(builder, value, now, stored);

        var states = program.States.Select(s => s with { Old = now[s.Old], New = s.New is null ? null : now[s.New] }).ToList();
        var outputs = program.Outputs.Select(o => (o.Name, now[o.Value])).ToList();
        return Swept(program with { Values = builder.Values, States = states, Outputs = outputs });
    }

    // what moving a Slice down left behind
    static Program Swept(Program program)
    {
        var keep = program.Values.Where(v => v.Op is Op.Input or Op.OldState);
        return program with { Values = Reach.From(keep.Concat(program.Roots())) };
    }

    static Value Rebuild(Builder b, Value value, Dictionary<Value, Value> now, HashSet<Value> stored)
    {
        if (value.Op == Op.Literal) return b.Literal(value.Number);
        if (value.Op == Op.Fixed && value.Sizes.Count == 1) return b.Number(value.Sizes[0]);
        if (value.IsLeaf) return b.Leaf(value.Op, value.Name, value.Shape, value.Origin);
        var of = value.Operands[0];
        if (value.Op is Op.Slice or Op.Broadcast && Moves(value.Op, of, stored)) return Sink(b, value, of, now, stored);
        return b.Add(value.Op, [.. value.Operands.Select(o => now[o])], value.Name, value.Number, value.Sizes, value.Origin);
    }

    // f(a, b)[i..j] = f(a[i..j], b[i..j]); likewise a repeated comparison compares repeated vectors
    static Value Sink(Builder b, Value structure, Value of, Dictionary<Value, Value> now, HashSet<Value> stored)
    {
        var operands = new List<Value>();
        foreach (var operand in of.Operands)
        {
            operands.Add(operand.IsScalar ? now[operand]
                : Moves(structure.Op, operand, stored) ? Sink(b, structure, operand, now, stored)
                : b.Add(structure.Op, [now[operand]], sizes: structure.Sizes, origin: structure.Origin));
        }
        return b.Add(of.Op, operands, of.Name, of.Number, of.Sizes, of.Origin);
    }

    static bool Moves(Op structure, Value of, HashSet<Value> stored)
        => of.Row().Family == Family.Elementwise && of.Shape.Rank == 1
            && (of.Element == Element.Mask || structure == Op.Slice && !stored.Contains(of));

    // what a later pass stores in any case: new states, outputs, operands of operations that are not elementwise
    static HashSet<Value> Stored(Program program)
    {
        var stored = new HashSet<Value>(program.Roots());
        foreach (var value in program.Values)
        {
            if (value.Row().Family is Family.Contraction or Family.Reduction || value.Row().Family == Family.Structure && value.Op != Op.Slice)
                stored.UnionWith(value.Operands);
        }
        return stored;
    }
}
