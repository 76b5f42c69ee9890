using Microsoft.CodeAnalysis;

namespace Recurve.Generator.Frontend;

internal sealed partial class StepReader
{
    /// <summary>Two ways become one: what differs is selected by the fixed condition.</summary>
    Path Join(Scalar condition, Path a, Path b, SourceSpan at)
    {
        var variables = new Dictionary<ISymbol, Abstract>(SymbolEqualityComparer.Default);
        foreach (var (symbol, value) in a.Variables.Select(v => (v.Key, v.Value)))
            if (b.Variables.TryGetValue(symbol, out var other)) variables[symbol] = Join(condition, value, other, at);
        var states = new Abstract?[a.States.Length];
        for (var i = 0; i < states.Length; i++)
            if (a.States[i] is not null || b.States[i] is not null)
                states[i] = Join(condition, a.States[i] ?? OldState(i, at), b.States[i] ?? OldState(i, at), at);
        var joined = new Path(variables, states)
        {
            Returned = a.Returned && b.Returned,
            Result = a.Result is { } x && b.Result is { } y ? Join(condition, x, y, at) : a.Result ?? b.Result,
        };
        joined.Stepped.UnionWith(a.Stepped);
        joined.Stepped.UnionWith(b.Stepped);
        return joined;
    }

    Abstract Join(Scalar condition, Abstract a, Abstract b, SourceSpan at)
    {
        if (a.Equals(b)) return a;
        switch (a, b)
        {
            case (Scalar x, Scalar y) when x.Type == y.Type:
                return Bounded(new(x.Type, $"({condition.Text} ? {x.Text} : {y.Text})"), at);
            case (Several x, Several y) when x.Items.Count == y.Items.Count:
                return Several.Of(x.Items.Zip(y.Items, (v, w) => Join(condition, v, w, at)));
            default:
                if (ToNode(a, at) is not Node p || ToNode(b, at) is not Node q) return Unknown.Value;
                var mask = Emit("FixedMask", NodeKind.Mask, at, [], condition.Text);
                if (p.Kind != NodeKind.Mask) return Emit("Where", Wider(p.Kind, q.Kind), at, [mask, p, q]);
                var not = Emit("Not", NodeKind.Mask, at, [mask]);
                return Emit("Or", NodeKind.Mask, at, [Emit("And", NodeKind.Mask, at, [mask, p]), Emit("And", NodeKind.Mask, at, [not, q])]);
        }
    }

    // fixed expressions are spelled out where they are used; a chain of them doubles in length at each reuse
    Abstract Bounded(Scalar scalar, SourceSpan at)
    {
        if (scalar.Text.Length <= MaxText) return scalar;
        Exhaust(at, "a fixed expression unrolls to more than " + MaxText + " characters");
        return Unknown.Value;
    }

    Node OldState(int index, SourceSpan at)
        => Emit("OldState", KindOf(fields.States[index]), at, [], fields.States[index].Name);
}
