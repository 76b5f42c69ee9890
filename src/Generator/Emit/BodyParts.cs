using Recurve.Generator.IR;
using Recurve.Generator.Transform;

namespace Recurve.Generator.Emit;

/// <summary>What a leaf of a body is.</summary>
internal enum LeafKind { Stream, Fixed, Old, New, Carry, OutputAdjoint }

/// <summary>What the bodies of a kernel have in common on every target: their leaves, and which adjoints they write.</summary>
internal sealed class BodyParts(Kernel kernel, AdjointRegion adjoint)
{
    public Region Region => kernel.Region;

    /// <summary>Whether the body writes an adjoint of each stream.</summary>
    public IReadOnlyList<bool> Differentiable { get; }
        = [.. kernel.Streams.Select((s, i) => s.Signal.Differentiable && adjoint.Streams[i] is not null)];

    /// <summary>What the adjoint computes: the streams' adjoints that are written, then the old states'.</summary>
    public IEnumerable<Value?> AdjointRoots() => adjoint.Streams.Where((_, i) => Differentiable[i]).Concat(adjoint.Delta);

    /// <summary>How a body reads each leaf of its region and adjoint.</summary>
    /// <param name="read">Spells the leaf of this kind and number.</param>
    public IEnumerable<(Value Leaf, string Name, string Text)> Leaves(Func<LeafKind, string, string> read)
    {
        return Of(Region.Streams, LeafKind.Stream).Concat(Of(kernel.Fixed, LeafKind.Fixed)).Concat(Of(Region.Old, LeafKind.Old)).Concat(Of(Region.New, LeafKind.New))
            .Concat(Of(adjoint.Carry, LeafKind.Carry)).Concat(Of(adjoint.OutputAdjoints, LeafKind.OutputAdjoint));

        IEnumerable<(Value, string, string)> Of(IEnumerable<Value> leaves, LeafKind kind) => leaves.Select((leaf, i) =>
        {
            var text = read(kind, Literal.Integer(i));
            var name = kind switch
            {
                LeafKind.Stream => leaf.Name,
                LeafKind.Fixed => "fixed",
                LeafKind.Old => $"{leaf.Name}_old",
                LeafKind.New => leaf.Name,
                LeafKind.Carry => $"c_{Region.Old[i].Name}",
                _ => $"y{Literal.Integer(i)}",
            };
            return (leaf, name, leaf.Op == Op.FixedMask ? $"{text} > 0.5f" : text);
        });
    }

    /// <summary>One statement per output.</summary>
    /// <param name="write">Spells the writing of an expression to the output of this number.</param>
    public List<string> Outputs(BodyMethod method, Func<string, string, string> write)
        => [.. Region.Outputs.Select((o, i) => write(Literal.Integer(i), method.Expression(o)))];

    /// <summary>One statement per stream's adjoint that is written.</summary>
    /// <param name="write">Spells the writing of an expression to the adjoint of this number.</param>
    public List<string> Adjoints(BodyMethod method, Func<string, string, string> write)
        => [.. Region.Streams.Select((_, i) => i).Where(i => Differentiable[i]).Select(i => write(Literal.Integer(i), method.Expression(adjoint.Streams[i])))];
}
