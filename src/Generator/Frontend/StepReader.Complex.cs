using Recurve.Generator.Model;

namespace Recurve.Generator.Frontend;

internal sealed partial class StepReader
{
    /// <summary>A call of a function that has to do with complex vectors; null: one of others.</summary>
    Abstract? ComplexFunction(string name, IReadOnlyList<Node> operands, SourceSpan at) => name switch
    {
        "Complex" or "Polar" or "Conjugate" => Emit(name, NodeKind.CVec, at, [.. operands]),
        "Real" or "Imaginary" => Emit(name, NodeKind.Vec, at, [.. operands]),
        "Exp" when operands[0].Kind == NodeKind.CVec => Emit(name, NodeKind.CVec, at, [.. operands]),
        "Abs" when operands[0].Kind == NodeKind.CVec => Emit(name, NodeKind.Vec, at, [.. operands]),
        _ => null,
    };

    // a real vector where a complex one is meant keeps its instruction: whatever is computed of it stays real as long as it can
    static Abstract AsComplex(Abstract value) => value is Node node ? node with { Kind = NodeKind.CVec } : value;

    static NodeKind KindOf(StateSpec state) => state.IsComplex ? NodeKind.CVec : state.Columns is null ? NodeKind.Vec : NodeKind.Mat;

    static NodeKind Wider(NodeKind a, NodeKind b)
        => a == NodeKind.Mat || b == NodeKind.Mat ? NodeKind.Mat : a == NodeKind.CVec || b == NodeKind.CVec ? NodeKind.CVec : a;
}
