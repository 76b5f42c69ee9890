namespace Recurve.Onnx;

/// <summary>What each operation on lanes is in ONNX.</summary>
internal static class TracedOperations
{
    /// <summary>Adds the nodes of one operation.</summary>
    /// <exception cref="NotSupportedException">There is no way to say it.</exception>
    public static string Add(OnnxGraph g, string operation, string[] x) => operation switch
    {
        "Add" or "Sigmoid" or "Tanh" or "Exp" or "Log" or "Sqrt" or "Abs" or "Sign" or "Sin" or "Cos" or "Relu" or "Softplus" or "Erf" or "Pow" or "Min" or "Max"
            or "Less" or "Greater" or "And" or "Or" or "Not" => g.Add(operation, x),
        "Subtract" => g.Add("Sub", x),
        "Multiply" => g.Add("Mul", x),
        // as a division, ONNX Runtime 1.31 takes it into a product that follows and, in a loop, loses the other factor
        "Divide" when x[0] == g.Number(1) => g.Add("Reciprocal", [x[1]]),
        "Divide" => g.Add("Div", x),
        "Negate" => g.Add("Neg", x),
        "LessEqual" => g.Add("LessOrEqual", x),
        "GreaterEqual" => g.Add("GreaterOrEqual", x),
        "AreEqual" => g.Add("Equal", x),
        "Select" => g.Add("Where", x),
        "SmallerElseRight" => g.Add("Where", [g.Add("Less", x), x[0], x[1]]),
        "GreaterElseRight" => g.Add("Where", [g.Add("Greater", x), x[0], x[1]]),
        "Square" => g.Add("Mul", [x[0], x[0]]),
        "Rsqrt" => g.Add("Reciprocal", [g.Add("Sqrt", x)]),
        "Log1p" => g.Add("Log", [g.Add("Add", [g.Number(1), x[0]])]),
        "Silu" => g.Add("Mul", [x[0], g.Add("Sigmoid", x)]),
        "Gelu" => g.Add("Mul", [g.Add("Mul", [g.Number(0.5f), x[0]]), g.Add("Add", [g.Number(1), g.Add("Erf", [g.Add("Mul", [x[0], g.Number(MathF.Sqrt(0.5f))])])])]),
        "HardTanh" => g.Add("Clip", [x[0], g.Number(-1), g.Number(1)]),
        "HardSigmoid" => g.Add("HardSigmoid", x, new("alpha", 1 / 6f), new("beta", 0.5f)),
        "LeakyRelu" => g.Add("Where", [g.Add("Greater", [x[0], g.Number(0)]), x[0], g.Add("Mul", x)]),
        "LogAddExp" => LogAddExp(g, x),
        _ => throw new NotSupportedException($"The operation {operation} has no counterpart in ONNX."),
    };

    // max + log(1 + e^−|a − b|), and a + log 2 where both are the same, be it −∞
    static string LogAddExp(OnnxGraph g, string[] x)
    {
        var distance = g.Add("Abs", [g.Add("Sub", x)]);
        var sum = g.Add("Add", [g.Add("Max", x), g.Add("Log", [g.Add("Add", [g.Number(1), g.Add("Exp", [g.Add("Neg", [distance])])])])]);
        return g.Add("Where", [g.Add("Equal", x), g.Add("Add", [x[0], g.Number(MathF.Log(2))]), sum]);
    }
}
