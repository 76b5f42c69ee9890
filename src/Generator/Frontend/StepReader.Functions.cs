using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Recurve.Generator.Diagnostics;
using Recurve.Generator.Support;

namespace Recurve.Generator.Frontend;

internal sealed partial class StepReader
{
    static readonly HashSet<string> Elementwise =
    [
        "Sigmoid", "Tanh", "Exp", "Log", "Log1p", "Sqrt", "Rsqrt", "Square", "Abs", "Sign", "Sin", "Cos", "Relu", "Silu", "Gelu", "Softplus",
        "HardTanh", "HardSigmoid", "Erf", "StopGradient", "Pow", "Min", "Max", "Clamp", "Where", "LogAddExp",
    ];

    /// <summary>A call of Recurve.Functions.</summary>
    Abstract Function(IInvocationOperation call, SourceSpan at)
    {
        var name = call.TargetMethod.Name;
        var scalars = new Dictionary<string, Scalar>();
        var operands = new List<Node>();
        var known = true;
        foreach (var argument in call.Arguments.OrderBy(a => a.Parameter?.Ordinal ?? 0))
        {
            foreach (var value in Arguments(argument.Value))
            {
                if (value is Scalar scalar && IsSetting(argument.Parameter)) scalars[argument.Parameter!.Name] = scalar;
                else if (ToNode(value, at) is Node node) operands.Add(node);
                else known = false;
            }
        }
        if (!known || operands.Count == 0) return Unknown.Value;
        if (ComplexFunction(name, operands, at) is { } complex) return complex;
        var kind = operands.Count > 0 && operands[operands.Count - 1].Kind == NodeKind.Mat ? NodeKind.Mat : NodeKind.Vec;
        if (Elementwise.Contains(name)) return Emit(name, kind, at, [.. operands]);
        switch (name)
        {
            case "LeakyRelu": return LeakyRelu(operands[0], scalars.TryGetValue("slope", out var slope) ? slope : null, at);
            case "Sum" or "Mean" or "Norm" or "Softmax" or "Outer" or "Concat" or "Flatten": return Emit(name, name == "Outer" ? NodeKind.Mat : NodeKind.Vec, at, [.. operands]);
            case "LayerNorm" or "RmsNorm":
                if (!scalars.TryGetValue("epsilon", out var epsilon) || epsilon.Constant is not { } number)
                    return Reject(call.Arguments.First(a => a.Parameter?.Name == "epsilon").Value, "an epsilon that is not a literal");
                return Emit(name, NodeKind.Vec, at, [operands[0]], number: Scalars.Number(number));
            case "Dot": return Emit("Sum", NodeKind.Vec, at, [Emit("Multiply", NodeKind.Vec, at, [.. operands])]);
            case "Hadamard": return Emit("Multiply", NodeKind.Mat, at, [.. operands]);
            case "Reverse": return Emit("Flip", NodeKind.Vec, at, [.. operands]);
            case "Transpose" or "Diagonal": return Emit(name, NodeKind.Mat, at, [.. operands]);
            case "Slice": return Slice(call, operands[0], scalars, at);
            default: return Reject(at, $"the function {name}");
        }
    }

    // the arguments of a params array are the function's operands
    IEnumerable<Abstract> Arguments(IOperation argument)
    {
        while (argument is IConversionOperation { Operand: IArrayCreationOperation or ICollectionExpressionOperation } conversion) argument = conversion.Operand;
        return argument switch
        {
            IArrayCreationOperation { Initializer: { } initializer } => [.. initializer.ElementValues.Select(Evaluate)],
            ICollectionExpressionOperation o => [.. o.Elements.Select(Evaluate)],
            _ => [Evaluate(argument)],
        };
    }

    // sizes, slopes and epsilons are no operands
    static bool IsSetting(IParameterSymbol? parameter)
        => parameter is { Type.SpecialType: SpecialType.System_Int32 } or { Name: "slope" or "epsilon", Type.SpecialType: SpecialType.System_Double };

    Abstract LeakyRelu(Node v, Scalar? slope, SourceSpan at)
    {
        if (slope is null) return Emit("LeakyRelu", v.Kind, at, [v], number: 0.01);
        if (slope.Constant is { } constant) return Emit("LeakyRelu", v.Kind, at, [v], number: Scalars.Number(constant));
        // the op's slope is a number of the program; one that is fixed per cell is spelled out
        if (ToNode(slope, at) is not Node factor) return Unknown.Value;
        var zero = Emit("Literal", NodeKind.Vec, at, []);
        return Emit("Where", v.Kind, at, [Emit("Greater", NodeKind.Mask, at, [v, zero]), v, Emit("Multiply", v.Kind, at, [v, factor])]);
    }

    Abstract Slice(IInvocationOperation call, Node v, Dictionary<string, Scalar> scalars, SourceSpan at)
    {
        var sizes = new List<Size>();
        foreach (var argument in call.Arguments.OrderBy(a => a.Parameter?.Ordinal ?? 0).Skip(1))
        {
            if (argument.Parameter is { } parameter && scalars.TryGetValue(parameter.Name, out var scalar) && scalar.Size is { } size) sizes.Add(size);
            else findings.Add(DiagnosticIds.NotPolynomial, SourceSpan.Of(argument.Value.Syntax), argument.Value.Syntax.ToString());
        }
        return sizes.Count == 2 ? Emit("Slice", NodeKind.Vec, at, [v], sizes: new(sizes)) : Unknown.Value;
    }
}
