namespace Recurve.EndToEnd.Tests.RandomPrograms;

/// <summary>What a random cell may have besides states that are vectors: a state of another type, or a part.</summary>
/// <param name="Declaration">In the class, after its attribute.</param>
/// <param name="IsState">Whether it may be trained.</param>
/// <param name="Reads">Expressions that read it before its step, by their width.</param>
/// <param name="Steps">Its step, in each of the classes; <c>{0}</c> is a vector of units, <c>{1}</c> a state.</param>
/// <param name="Output">Of it in the cell's output, so that its gradient is tested.</param>
/// <param name="Classes">Declared beside the cell.</param>
sealed record Extra(string Declaration, bool IsState, (Width Width, string Text)[] Reads, string[] Steps, string Output, string Classes = "")
{
    /// <summary>Those of a cell of this name.</summary>
    public static Extra[] Draw(string name, Tape tape)
    {
        Extra[] all = [Matrix, Complex, Register, Part(name, tape.OneIn(2) ? "Tanh(0.5 * g + h)" : "0.4 * g + old * Tanh(x)")];
        return [.. all.Where(_ => tape.OneIn(3))];
    }

    static Extra Matrix { get; } = new(
        "Mat m = new(units, inputs);", true, [(Width.Units, "(m * Tanh(x))"), (Width.Inputs, "(Transpose(m) * bias)")],
        [
            "m = Diagonal(Sigmoid(v * x)) * m + Outer(Tanh({0}), x);",
            "m = 0.8 * m + 0.2 * Outer({1}, Tanh(x));",
            "m = 0.3 * (u * m) + Outer(Tanh({0}), x);",
            "m = m - 0.1 * Outer(m * Tanh(x), Tanh(x)) + 0.1 * Outer(w * x, Tanh(x));",
            "m = Tanh(0.5 * m + Outer(w * x, Tanh(x)));",
            "m = 0.9 * (m + 0.1 * w) - 0.3 * Hadamard(m, Sigmoid(v));",
        ],
        "m * x");

    static Extra Complex { get; } = new(
        "CVec c = new(units);", true, [(Width.Units, "Real(c)"), (Width.Units, "Imaginary(c)"), (Width.Units, "Abs(c + 3.5)")],
        [
            "c = Polar(0.9, 0.3 * bias) * c + Complex(w * x, v * x);",
            "c = Complex(0.5 * Sigmoid(w * x), 0.4 * Tanh({0})) * c + Complex(v * x, {1});",
            "c = Conjugate(c) * 0.7 + Complex(Tanh({0}), 0.2);",
            "c = Exp(Complex(-Softplus(bias), gain)) * c + 0.5 * Complex(0.3, w * x);",
            "c = Complex(Tanh(Real(c) + w * x), 0.5 * Imaginary(c) + 0.1 * v * x);",
            "c = 0.5 * c / Complex(1.2, 0.3 * Tanh(w * x)) + Complex(w * x, 0.1);",
        ],
        "Real(c) - 0.5 * Imaginary(c)");

    static Extra Register { get; } = new(
        "Vec line = new(3 * units);", true, [(Width.Units, "Slice(line, 0, units)"), (Width.Units, "Slice(line, 2 * units - 1, units)"), (Width.One, "Mean(line)")],
        [
            "line = Concat(Slice(line, units, 2 * units), Tanh({0}));",
            "line = Concat(w * x, Slice(line, 0, 2 * units));",
            "line = Concat(0.7 * Slice(line, 0, units) + v * x, Slice(line, 2 * units, units), Sigmoid({1}));",
            "line = 0.8 * Concat(Slice(line, units, 2 * units), Slice(line, 0, units)) + 0.1;",
            "line = Concat(Slice(line, 2 * units, units), Relu(0.6 * Slice(line, units, units) + v * x), Tanh({0} + 0.3 * Slice(line, 0, units)));",
            "line = Concat(Slice(line, 1, 3 * units - 1), gain * 0.5);",
        ],
        "0.3 * (u * Slice(line, units, units))");

    static Extra Part(string name, string next) => new(
        $"readonly {name}Part part = new(units);", false, [(Width.Units, "part.h"), (Width.Units, "part.g")], ["Vec stepped = part.Step({0});"], "Tanh(stepped)", $$"""

        [Cell(Strategy = Strategy.Sequential)]
        public sealed partial class {{name}}Part(int units)
        {
            [Weight(Init = Init.Constant, Value = 0.5)] readonly Vec a = new(units);
            [State] internal Vec h = new(units);
            [State(Trained = true)] internal Vec g = new(units);

            internal Vec Step(Vec x)
            {
                Vec old = h;
                h = Sigmoid(a) * h + (1 - Sigmoid(a)) * Tanh(x);
                g = {{next}};
                return h - g;
            }
        }

        """);
}
