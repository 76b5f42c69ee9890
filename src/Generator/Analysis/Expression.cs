using Recurve.Generator.IR;

namespace Recurve.Generator.Analysis;

/// <summary>
/// Values as the user would write them. A new state prints as its state, a value the user named as that name (and is collected); what is too
/// deep prints as <c>…</c>.
/// </summary>
internal sealed class Expression(Program program)
{
    const int limit = 100, product = 3, sum = 2, comparison = 1, atom = 4;

    readonly Dictionary<Value, string> states = Named(program);
    readonly List<Value> mentioned = [];

    /// <summary>Values printed by the user's name for them, in order.</summary>
    public IReadOnlyList<Value> Mentioned => mentioned;

    /// <summary>At most about 100 characters; the value's own name is spelled out.</summary>
    public string Of(Value value)
    {
        for (var depth = 8; ; depth--)
        {
            var before = mentioned.Count;
            var text = Text(value, depth, 0, true);
            if (text.Length <= limit || depth == 1) return text;
            mentioned.RemoveRange(before, mentioned.Count - before);
        }
    }

    /// <summary>As a factor or term: parenthesised where needed, by its name if it has one.</summary>
    public string Factor(Value value) => Bounded(value, product);

    public string Term(Value value) => Bounded(value, sum);

    string Bounded(Value value, int level)
    {
        for (var depth = 6; ; depth--)
        {
            var before = mentioned.Count;
            var text = Text(value, depth, level, false);
            if (text.Length <= limit / 2 || depth == 1) return text;
            mentioned.RemoveRange(before, mentioned.Count - before);
        }
    }

    string Text(Value value, int depth, int level, bool top)
    {
        if (!top && states.TryGetValue(value, out var state)) return state;
        if (!top && !value.IsLeaf && value.Name != "")
        {
            if (!mentioned.Contains(value)) mentioned.Add(value);
            return value.Name;
        }
        if (value.Op == Op.Broadcast) return Text(value.Operands[0], depth, level, top);
        if (value.IsLeaf) return Leaf(value, level);
        if (depth == 0) return "…";
        if (value.Op is Op.AlongColumns or Op.AlongRows) return $"Diagonal({Text(value.Operands[0], depth - 1, 0, false)})";
        if (value.Op == Op.VecMat)
        {
            var product = $"Transpose({Text(value.Operands[1], depth - 1, 0, false)}) * {Text(value.Operands[0], depth - 1, Expression.product + 1, false)}";
            return level > Expression.product ? $"({product})" : product;
        }

        var own = value.Op switch
        {
            Op.Multiply or Op.Divide or Op.MatVec or Op.MatMat => product,
            Op.Add or Op.Subtract => sum,
            Op.Negate or Op.Not => atom - 1,
            _ => value.Row().Infix is null ? atom : comparison,
        };
        var infix = value.Op is Op.MatVec or Op.MatMat ? "*" : value.Row().Infix;
        var text = infix is null ? Call(value, depth)
            : value.Operands.Count == 1 ? infix + Text(value.Operands[0], depth - 1, atom, false)
            : $"{Text(value.Operands[0], depth - 1, own, false)} {infix} {Text(value.Operands[1], depth - 1, own + 1, false)}";
        return own < level ? $"({text})" : text;
    }

    string Call(Value value, int depth)
    {
        var arguments = value.Operands.Select(o => Text(o, depth - 1, 0, false)).ToList();
        if (value.Op == Op.Slice) arguments.AddRange(value.Sizes.Select(s => s.ToString()));
        if (value.Op == Op.LeakyRelu) arguments.Add(Printer.Number(value.Number));
        return $"{(value.Op == Op.Flip ? "Reverse" : value.Op.ToString())}({string.Join(", ", arguments)})";
    }

    static string Leaf(Value value, int level) => value switch
    {
        { Op: Op.Literal } => value.Number < 0 && level > 0 ? $"({Printer.Number(value.Number)})" : Printer.Number(value.Number),
        { Op: Op.Fixed, Sizes.Count: 1 } => value.Sizes[0].ToString() is var size && size.Contains(' ') ? $"({size})" : size,
        _ => value.Name,
    };

    static Dictionary<Value, string> Named(Program program)
    {
        var names = new Dictionary<Value, string>();
        foreach (var state in program.States)
        {
            if (state.New is { IsLeaf: false } next && !names.ContainsKey(next)) names[next] = state.Name;
        }
        return names;
    }
}
