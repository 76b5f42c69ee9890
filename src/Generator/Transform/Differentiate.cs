using Recurve.Generator.IR;

namespace Recurve.Generator.Transform;

/// <summary>
/// Region → adjoint region: λ = c + G_sᵀ ȳ, δ = F_pᵀ λ + G_pᵀ ȳ, ū = F_uᵀ λ + G_uᵀ ȳ (docs/differentiation.md), by linearizing F and G and
/// transposing the result.
/// </summary>
internal static class Differentiate
{
    /// <param name="differentiable">For each stream, whether its adjoint is wanted; null: all.</param>
    public static AdjointRegion Run(Region region, IReadOnlyList<bool>? differentiable = null)
    {
        var b = new Builder(region.Values);
        var carry = region.Old.Select((p, j) => b.Fresh(Op.Input, $"carry {j}", p.Shape)).ToList();
        var outputs = region.Outputs.Select((y, k) => b.Fresh(Op.Input, $"adjoint of output {k}", y.Shape)).ToList();

        var leaves = region.Streams.Where((_, i) => differentiable is null || differentiable[i]).Concat(region.Old).Concat(region.New);
        var tangents = leaves.ToDictionary(leaf => leaf, leaf => b.Fresh(Op.Tangent, leaf.Name, leaf.Shape));
        var linearize = new Linearize(b, tangents);
        var next = region.Next.Select(linearize.Of).ToList();
        var results = region.Outputs.Select(linearize.Of).ToList();

        // outputs first: what reaches the new states joins their carry
        var fromOutputs = Transpose.Run(b, results.Zip(outputs, (t, a) => (t, (Value?)a)));
        var fromNew = region.New.Select(s => Of(fromOutputs, s)).ToList();
        var lambda = carry.Zip(fromNew, (c, g) => g is null ? c : b.Add(c, g));
        var fromNext = Transpose.Run(b, next.Zip(lambda, (t, l) => (t, (Value?)l)));

        IReadOnlyList<Value?> delta = [.. region.Old.Select(Total)];
        IReadOnlyList<Value?> streams = [.. region.Streams.Select(Total)];
        var linear = region.Old.Count == 1 ? Linear(b, region.Old[0]) : default((Value?, Value?)?);
        var used = delta.Concat(streams).Append(linear?.Item1).Append(linear?.Item2).OfType<Value>().Concat(carry).Concat(outputs);
        return new(Reach.From(used), carry, outputs, streams, delta, linear);

        Value? Of(IReadOnlyDictionary<Value, Value> adjoints, Value leaf)
            => tangents.TryGetValue(leaf, out var t) && adjoints.TryGetValue(t, out var adjoint) ? adjoint : null;

        Value? Total(Value leaf) => Sum(b, Of(fromNext, leaf), Of(fromOutputs, leaf));

        // δ = a c + r: a = F_p, r = F_p (G_sᵀ ȳ) + G_pᵀ ȳ; everything is elementwise, so F_p is its transpose
        (Value?, Value?) Linear(Builder b, Value p)
        {
            var one = b.Literal(1);
            var slope = Of(Transpose.Run(b, [(next[0], one)]), p);
            var through = slope is null || fromNew[0] is null ? null : Of(Transpose.Run(b, [(next[0], fromNew[0])]), p);
            return (slope, Sum(b, through, Of(fromOutputs, p)));
        }
    }

    static Value? Sum(Builder b, Value? x, Value? y) => x is null ? y : y is null ? x : b.Add(x, y);
}
