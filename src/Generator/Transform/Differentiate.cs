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
        var map = Map();
        var used = delta.Concat(streams).Concat(map).OfType<Value>().Concat(carry).Concat(outputs);
        return new(Reach.From(used), carry, outputs, streams, delta, map);

        Value? Of(IReadOnlyDictionary<Value, Value> adjoints, Value leaf)
            => tangents.TryGetValue(leaf, out var t) && adjoints.TryGetValue(t, out var adjoint) ? adjoint : null;

        Value? Total(Value leaf) => Sum(b, Of(fromNext, leaf), Of(fromOutputs, leaf));

        // δ = A c + r: A = F_pᵀ, r = F_pᵀ (G_sᵀ ȳ) + G_pᵀ ȳ
        IReadOnlyList<Value?> Map()
        {
            var columns = next.Select(t => Transpose.Run(b, [(t, b.Literal(1))])).ToList();
            var slopes = region.Old.SelectMany(p => columns.Select(column => Of(column, p))).ToList();
            var through = Transpose.Run(b, next.Zip(fromNew, (t, g) => (t, g)));
            return [.. slopes, .. region.Old.Select(p => Sum(b, Of(through, p), Of(fromOutputs, p)))];
        }
    }

    static Value? Sum(Builder b, Value? x, Value? y) => x is null ? y : y is null ? x : b.Add(x, y);
}
