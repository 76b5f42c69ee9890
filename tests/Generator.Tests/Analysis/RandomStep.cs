namespace Recurve.Generator.Tests.Analysis;

/// <summary>The source of a random cell of one to three states of three channels, most of it linear in them, some of it only nearly.</summary>
sealed class RandomStep(Random random, int states)
{
    static readonly string[] names = ["h", "g", "f"];

    string Pick(params Func<string>[] choices) => choices[random.Next(choices.Length)]();

    string State => names[random.Next(states)];

    public static string Source(string name, Random random)
    {
        var states = 1 + random.Next(3);
        var step = new RandomStep(random, states);
        var next = Enumerable.Range(0, states).Select(_ => random.Next(5) < 3 ? step.Linear(3) : step.Any(3)).ToList();
        var own = names[..states];
        // all at once from the old values, or one after the other from the new ones
        var assignments = random.Next(2) == 0 && states > 1
            ? $"({string.Join(", ", own)}) = ({string.Join(", ", next)});"
            : string.Concat(own.Zip(next, (s, n) => $"{s} = {n}; "));
        return $$"""
            [Cell]
            public sealed partial class {{name}}(int units)
            {
                [Weight] public readonly Mat u = new(units, units, (i, j) => Math.Sin(3 * i + 7 * j + 1));
                [Weight] public readonly Vec a = new(units, i => Math.Cos(5 * i + 1)), b = new(units, i => Math.Sin(2 * i + 3));
                [State] public Vec {{string.Join(", ", own.Select(s => $"{s} = new(units)"))}};
                static Vec Mix(Vec z, Vec p, Vec q) => p + z * (q - p);
                static Vec Bent(Vec p) => p * Tanh(p);
                public Vec Step(Vec x) { Vec t = {{step.Free(2)}}; {{assignments}} return x * a + t + b{{string.Concat(own.Select(s => " + " + s))}} + u * x; }
            }
            """;
    }

    string Free(int depth) => depth == 0 ? Pick(() => "x", () => "a", () => "b", () => "0.5 * x") : Pick(
        () => Free(0), () => $"Sigmoid({Free(depth - 1)})", () => $"Tanh({Free(depth - 1)})", () => $"({Free(depth - 1)} + {Free(depth - 1)})",
        () => $"({Free(depth - 1)} * {Free(depth - 1)})", () => $"Where(x < a, {Free(depth - 1)}, {Free(depth - 1)})", () => $"Max({Free(depth - 1)}, x)");

    string Linear(int depth) => depth == 0 ? Pick(() => State, () => State, () => $"({State} + {Free(1)})") : Pick(
        () => Linear(0), () => $"({Free(1)} * {Linear(depth - 1)})", () => $"({Linear(depth - 1)} + {Linear(depth - 1)})",
        () => $"({Linear(depth - 1)} - {Free(1)})", () => $"({Linear(depth - 1)} / (1.5 + Square({Free(1)})))", () => $"(-{Linear(depth - 1)})",
        () => $"Where(x < b, {Linear(depth - 1)}, {Linear(depth - 1)})", () => $"Mix(Sigmoid({Free(1)}), {Linear(depth - 1)}, {Free(1)})",
        () => $"Mix({Free(1)}, {Linear(depth - 1)}, {Linear(depth - 1)})", () => $"(Diagonal({Free(1)}) * {Linear(depth - 1)})",
        () => random.Next(3) > 0 ? Linear(depth - 1) : $"(u * {Linear(depth - 1)})", () => random.Next(3) > 0 ? Linear(depth - 1) : $"(a * Mean({Linear(depth - 1)}))",
        () => $"StopGradient({Linear(depth - 1)})");

    // nonlinear, or linear by an accident of numbers
    string Any(int depth) => depth == 0 ? Linear(1) : Pick(
        () => Linear(depth), () => $"Tanh({Any(depth - 1)})", () => $"({Any(depth - 1)} * {Linear(1)})", () => $"Relu({Any(depth - 1)})",
        () => $"Max({Any(depth - 1)}, {Free(1)})", () => $"Clamp({Linear(depth - 1)}, -1, 1)", () => $"Bent({Any(depth - 1)})", () => $"Abs({Linear(depth - 1)})",
        () => $"Where({Linear(1)} < x, {Linear(depth - 1)}, {Linear(1)})", () => $"LogAddExp({Linear(1)}, x)", () => $"(u * {Any(depth - 1)})",
        () => $"({Linear(1)} * Dot({Linear(0)}, x))", () => $"Softmax({Linear(depth - 1)})", () => $"({Any(depth - 1)} + {Linear(depth - 1)})",
        () => $"(x / (2 + Square({Linear(0)})))", () => $"LeakyRelu({Linear(depth - 1)}, 0.5)",
        () => random.Next(3) > 0 ? Linear(depth) : $"({State} * {State} - {State} * {State})");
}
