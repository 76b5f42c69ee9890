using Recurve.Generator.IR;

namespace Recurve.Generator.Transform;

/// <summary>
/// Elementwise values → their tangents. Before: values made of leaves. After: for each, a value that is linear in the tangents given for
/// leaves, its coefficients being the values themselves. A tangent that is exactly zero is absent, so nothing is multiplied by zero.
/// </summary>
/// <param name="builder">Where tangents are built.</param>
/// <param name="tangents">Of leaves; all others are constant.</param>
/// <param name="throughStopGradient">The slope of the value itself, not the gradient that the user wants of it.</param>
internal sealed class Linearize(Builder builder, IReadOnlyDictionary<Value, Value> tangents, bool throughStopGradient = false)
{
    readonly Dictionary<Value, Value?> known = [];

    /// <summary>The tangent of <paramref name="root"/>; null: zero.</summary>
    public Value? Of(Value root)
    {
        foreach (var value in Reach.From([root]))
        {
            if (!known.ContainsKey(value)) known[value] = Derive(value);
        }
        return known[root];
    }

    Value? Derive(Value value)
    {
        if (value.IsLeaf) return tangents.TryGetValue(value, out var given) ? given : null;
        if (throughStopGradient && value.Op == Op.StopGradient) return known[value.Operands[0]];
        if (value.Row().Family != Family.Elementwise)
            throw new InvalidOperationException($"{value.Op} is not elementwise: its derivative belongs to the runtime.");

        Value? sum = null;
        for (var i = 0; i < value.Operands.Count; i++)
        {
            if (known[value.Operands[i]] is not { } t || value.Row().TangentOf(i)?.Invoke(builder, value, t) is not { } term) continue;
            sum = sum is null ? term : builder.Add(sum, term);
        }
        return sum;
    }
}
