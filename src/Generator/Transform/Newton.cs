using Recurve.Generator.IR;

namespace Recurve.Generator.Transform;

/// <summary>
/// Region → the same with the map that a Newton iteration composes: around a guess p the step is s = J p' + (F(p) − J p), with J = F_p.
/// What the user shields from gradients (StopGradient) is part of J, or the iterations would not see it move.
/// </summary>
internal static class Newton
{
    public static Region Of(Region region)
    {
        var b = new Builder(region.Values);
        var tangents = region.Old.ToDictionary(p => p, p => b.Fresh(Op.Tangent, p.Name, p.Shape));
        var linearize = new Linearize(b, tangents, throughStopGradient: true);
        var slopes = new List<Value>();
        var rests = new List<Value>();
        foreach (var next in region.Next)
        {
            var row = Transpose.Run(b, [(linearize.Of(next), b.Literal(1))]);
            var rest = next;
            foreach (var old in region.Old)
            {
                var slope = row.TryGetValue(tangents[old], out var found) ? found : null;
                slopes.Add(slope ?? b.Literal(0));
                if (slope is not null) rest = b.Subtract(rest, b.Multiply(slope, old));
            }
            rests.Add(rest);
        }
        IReadOnlyList<Value> map = [.. slopes, .. rests];
        var used = map.Concat(region.Next).Concat(region.Outputs).Concat(region.Streams).Concat(region.Old).Concat(region.New);
        return region with { Values = Reach.From(used), Map = map };
    }
}
