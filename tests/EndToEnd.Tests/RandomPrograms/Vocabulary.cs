namespace Recurve.EndToEnd.Tests.RandomPrograms;

/// <summary>Sizes that a random program's vectors may have.</summary>
enum Width { Units, Inputs, One }

/// <summary>
/// One form of expression: its name (an op of the language, counted), the widths of its operands, that of its value, and its text.
/// Operands are pulled back to where the operation is smooth and tame: the language is tested here, not overflow.
/// </summary>
sealed record Form(string Op, Width Result, Width[] Operands, Func<string[], string> Text)
{
    /// <summary>Every operation of language.md section 2 that an implemented program may use.</summary>
    public static IReadOnlyList<Form> All { get; } = [.. Elementwise(), .. Mixing()];

    static IEnumerable<Form> Elementwise()
    {
        foreach (Width w in new[] { Width.Units, Width.Inputs, Width.One })
        {
            Form One(string op, Func<string, string> text) => new(op, w, [w], x => text(x[0]));
            Form Two(string op, Func<string, string, string> text) => new(op, w, [w, w], x => text(x[0], x[1]));
            foreach (string f in new[]
            {
                "Sigmoid", "Tanh", "Square", "Abs", "Sign", "Sin", "Cos", "Relu", "Silu", "Gelu", "Softplus", "HardTanh", "HardSigmoid", "Erf",
                "Softmax", "Reverse",
            }) yield return One(f, x => $"{f}({x})");
            // differences see through StopGradient, so it stands where the derivative is zero anyway
            yield return One("StopGradient", x => $"StopGradient(Sign({x}))");
            yield return One("Exp", x => $"Exp(Tanh({x}))");
            foreach (string f in new[] { "Log", "Sqrt", "Rsqrt" }) yield return One(f, x => $"{f}(0.5 + Square({x}))");
            yield return One("Log1p", x => $"Log1p(Square({x}))");
            yield return One("LeakyRelu", x => $"LeakyRelu({x}, 0.2)");
            yield return One("Pow", x => $"Pow(0.5 + Sigmoid({x}), 1.7)");
            yield return One("Clamp", x => $"Clamp({x}, -0.8, 0.6)");
            yield return One("LayerNorm", x => $"LayerNorm({x}, 0.5)");
            yield return One("RmsNorm", x => $"RmsNorm({x}, 0.5)");
            yield return One("Negate", x => $"-{x}");
            yield return One("Literal", x => $"(1 - {x})");
            yield return One("Fixed", x => $"(scale * {x})");
            yield return Two("Add", (x, y) => $"({x} + {y})");
            yield return Two("Subtract", (x, y) => $"({x} - {y})");
            yield return Two("Multiply", (x, y) => $"({x} * Tanh({y}))");
            yield return Two("Divide", (x, y) => $"({x} / (1.5 + Sigmoid({y})))");
            yield return Two("Complex", (x, y) => $"Real(Complex({x}, {y}) * Complex(Tanh({y}), 0.5))");
            yield return Two("Polar", (x, y) => $"Imaginary(Polar({x}, {y}) - {x})");
            yield return Two("Conjugate", (x, y) => $"Imaginary(Conjugate(Complex({x}, {y})) * Complex(0.3, Tanh({x})))");
            yield return Two("ComplexQuotient", (x, y) => $"Real(Complex({x}, 1) / Complex(1.5 + Sigmoid({y}), {x}))");
            yield return Two("ComplexExp", (x, y) => $"Real(Exp(Complex(Tanh({x}), {y})))");
            yield return Two("ComplexAbs", (x, y) => $"Abs(Complex(0.5 + Square({x}), {y}))");
            foreach (string f in new[] { "Min", "Max", "LogAddExp" }) yield return Two(f, (x, y) => $"{f}({x}, {y})");
            yield return Two("Less", (x, y) => $"Where({x} < {y}, {x}, 0.5 * {y})");
            yield return Two("LessEqual", (x, y) => $"Where({x} <= 0.1, {y}, {x})");
            yield return Two("Greater", (x, y) => $"Where({x} > {y}, 0.3, {y})");
            yield return Two("GreaterEqual", (x, y) => $"Where({x} >= -0.2, {x}, {y})");
            yield return Two("And", (x, y) => $"Where({x} > 0 & {y} < 0.5, {x}, {y})");
            yield return Two("Or", (x, y) => $"Where({x} > 0 | {y} > 0, {y}, {x})");
            yield return Two("Not", (x, y) => $"Where(!({x} > {y}), {y}, Sin({x}))");
            yield return Two("FixedIf", (x, y) => $"(flag ? {x} : {y})");
            yield return Two("Diagonal", (x, y) => $"(Diagonal(Tanh({x})) * {y})");
            yield return Two("Outer", (x, y) => $"(0.3 * (Outer(Tanh({x}), Tanh({y})) * {x}))");
            yield return Two("Hadamard", (x, y) => $"(Hadamard(Outer(Tanh({x}), Tanh({y})), Outer(Tanh({y}), Tanh({x}))) * Tanh({y}))");
        }
    }

    static IEnumerable<Form> Mixing()
    {
        foreach (Width w in new[] { Width.Units, Width.Inputs })
        {
            foreach (string f in new[] { "Sum", "Mean", "Norm" }) yield return new(f, Width.One, [w], x => $"{f}({x[0]})");
            yield return new("Dot", Width.One, [w, w], x => $"Dot(Tanh({x[0]}), Tanh({x[1]}))");
            yield return new("Broadcast", w, [w, Width.One], x => $"({x[0]} * Tanh({x[1]}))");
        }
        yield return new("MatVec", Width.Units, [Width.Inputs], x => $"(w * {x[0]})");
        yield return new("MatVec", Width.Units, [Width.Units], x => $"(u * {x[0]})");
        yield return new("MatMat", Width.Units, [Width.Units], x => $"(u * u * {x[0]})");
        yield return new("MatAdd", Width.Units, [Width.Inputs], x => $"((w + 0.5 * v - -v) * {x[0]})");
        yield return new("Transpose", Width.Inputs, [Width.Units], x => $"(Transpose(w) * {x[0]})");
        yield return new("MatTanh", Width.Units, [Width.Units], x => $"(Tanh(u) * {x[0]})");
        yield return new("Concat", Width.Units, [Width.Units, Width.Units], x => $"Slice(Concat({x[0]}, {x[1]}), 1, units)");
        yield return new("Slice", Width.One, [Width.Units], x => $"Slice({x[0]}, units - 1, 1)");
        yield return new("Concat", Width.Inputs, [Width.Inputs, Width.One], x => $"Slice(Concat({x[1]}, {x[0]}), 0, inputs)");
        yield return new("Flatten", Width.Units, [Width.Units], x => $"Slice(Flatten(Outer(Tanh({x[0]}), Sin({x[0]}))), units * units - units, units)");
        yield return new("Constant", Width.Units, [Width.Units], x => $"(constant * {x[0]})");
        yield return new("Helper", Width.Units, [Width.Units, Width.Units], x => $"Blend({x[0]}, {x[1]})");
        yield return new("Bias", Width.Units, [Width.Units], x => $"({x[0]} + bias)");
        yield return new("Decay", Width.Units, [Width.Units], x => $"(Sigmoid(bias) * {x[0]})");
        yield return new("ScalarWeight", Width.Units, [Width.Units], x => $"(gain * {x[0]})");
    }
}
