using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Recurve.EndToEnd.Tests.RandomPrograms;

/// <summary>The source of a random cell: a few locals, one to three states and <see cref="Extra"/> ones, one or two inputs and outputs, all drawn from the vocabulary.</summary>
sealed record RandomCell(string Name, string Source)
{
    /// <summary>So many of them, named by their seed; <paramref name="uses"/> counts operations.</summary>
    public static RandomCell[] Draw(int programs, int seed, Dictionary<string, int> uses) =>
    [
        .. Gen.Choose(0, 1 << 20).ArrayOf(160).Sample(programs, new Rnd((ulong)seed, 1), 160).Select((tape, i) => Decode($"Seed{seed}Program{i}", tape, uses)),
    ];

    /// <summary>Decodes a tape. <paramref name="uses"/> counts operations over all programs; rarer ones are preferred.</summary>
    static RandomCell Decode(string name, int[] numbers, Dictionary<string, int> uses)
    {
        Tape tape = new(numbers);
        Dictionary<Width, List<string>> pool = new() { [Width.Inputs] = ["x"], [Width.Units] = ["bias"], [Width.One] = ["gain"] };
        string[] states = [.. Enumerable.Range(0, 1 + tape.Next(3)).Select(i => $"s{i}")];
        Extra[] extras = Extra.Draw(name, tape);
        bool hasSecondInput = tape.OneIn(3);
        pool[Width.Units].AddRange(states);
        if (hasSecondInput) pool[Width.Units].Add("z");
        foreach (var (width, text) in extras.SelectMany(e => e.Reads)) pool[width].Add(text);
        StringBuilder step = new();
        void Say(string statement) => step.Append($"        {statement}\n");
        string Value() => tape.Pick(pool[Width.Units]);

        string Draw(Width width)
        {
            Form[] forms = [.. Form.All.Where(f => f.Result == width)];
            Form form = tape.OneIn(3)
                ? tape.Pick(forms)
                : forms.OrderBy(f => uses.GetValueOrDefault(f.Op)).Take(8).ElementAt(tape.Next(Math.Min(8, forms.Length)));
            uses[form.Op] = uses.GetValueOrDefault(form.Op) + 1;
            return form.Text([.. form.Operands.Select(w => tape.Pick(pool[w]))]);
        }

        int locals = 3 + tape.Next(6);
        for (int i = 0; i < locals; i++)
        {
            Width width = tape.Pick([Width.Units, Width.Units, Width.Units, Width.Inputs, Width.One]);
            Say($"Vec v{i} = {Draw(width)};");
            pool[width].Add($"v{i}");
        }
        Say($"Vec r = 0.3 * {Value()};");
        if (tape.OneIn(3)) Say($"for (int k = 0; k < 3; k++) r = 0.5 * r + 0.1 * k * {Value()};");
        if (tape.OneIn(3)) Say($"if (flag) r = Tanh(r) + 0.1 * {Value()}; else r *= 0.5;");
        pool[Width.Units].Add("r");
        foreach (Extra extra in extras) Say(string.Format(CultureInfo.InvariantCulture, tape.Pick(extra.Steps), Value(), tape.Pick(states)));
        if (states.Length > 1 && tape.OneIn(3)) Say($"(s0, s1) = (0.6 * s1, 0.7 * s0 + 0.1 * {Value()});");
        foreach (string state in states) Say($"{state} = {NewState(tape, state, states, pool[Width.Units], Draw)};");
        // Everything that was drawn reaches the output, so that its gradient is tested.
        string all = string.Join(" + ", Enumerable.Range(0, locals).Select(i => $"Mean(v{i})"));
        string first = string.Join(" + ", [tape.Pick(states), $"0.3 * {Value()}", $"0.1 * ({all})", "0.2 * w * x", "0.1 * r", .. extras.Select(e => e.Output), .. hasSecondInput ? ["0.1 * z"] : Array.Empty<string>()]);
        bool hasSecondOutput = tape.OneIn(4);
        Say(hasSecondOutput ? $"return ({first}, {Draw(Width.Units)});" : $"return {first};");
        string signature = $"{(hasSecondOutput ? "(Vec, Vec)" : "Vec")} Step(Vec x{(hasSecondInput ? ", [Size(nameof(units))] Vec z" : "")})";
        string[] fields = [.. states.Select(s => $"{State(tape)} Vec {s} = new(units);"), .. extras.Select(e => $"{(e.IsState ? State(tape) + " " : "")}{e.Declaration}")];
        return new(name, Shell(name, fields, signature, step.ToString(), tape) + string.Concat(extras.Select(e => e.Classes)));
    }

    static string State(Tape tape) => tape.OneIn(3) ? "[State(Trained = true)]" : "[State]";

    /// <summary>A new state from the old one in one of the classes; contractive, so that sequences stay tame.</summary>
    static string NewState(Tape tape, string state, string[] states, List<string> units, Func<Width, string> draw)
    {
        string other = tape.Pick(states), value = tape.Pick(units);
        return tape.Next(24) switch
        {
            0 => $"0.9 * {state} + 0.1 * Tanh(w * x)",
            1 => $"Sigmoid(v * x) * {state} + Tanh({value}) * 0.2",
            2 => $"{state} + Sigmoid(w * x) * (Tanh(v * x) - {state})",
            3 => $"0.7 * {state} + 0.2 * {other} + 0.1 * (w * x)",
            4 => $"Relu(0.8 * {state} + 0.3 * (w * x))",
            5 => $"0.5 * Max({state} + Tanh(bias), w * x)",
            6 => $"LogAddExp({state} - 1, Tanh(w * x)) * 0.5",
            7 => $"0.3 * (u * {state}) + Tanh(w * x)",
            8 => $"Tanh({draw(Width.Units)} + 0.4 * {state})",
            9 => $"Tanh(u * {other} + w * x)",
            10 => $"Sin({draw(Width.Units)})",
            11 => $"HardTanh({state} * Tanh({value}) - w * x)",
            12 => $"Tanh({value}) * Clamp(0.9 * {state} + w * x, -0.5, Square(bias) + 0.5)",
            13 => $"Where(w * x < v * x, Relu(0.6 * {state} + w * x), -Relu(v * x - 0.7 * {state}))",
            14 => $"w * x - Min(0.8 * {state}, Tanh({value}))",
            15 => $"Max({state} - Sigmoid(w * x), Tanh({value}))",
            16 => $"Max(Max({state}, v * x) - Square(w * x) - 0.1, {state} - 0.5)",
            17 => $"LogAddExp({state} - 0.5 - Square(w * x), Tanh({value}))",
            18 => $"LogAddExp(LogAddExp({state}, v * x) - 1.5, {state} - 1)",
            19 => $"Cos(w * x) * 0.8 * {state} - Sin(w * x) * 0.8 * {other}",
            20 => $"0.6 * {other} - Tanh(v * x) * 0.3 * {state} + w * x",
            21 => $"Where(v * x > 0, {other} * 0.5, Relu({value}) - 0.4 * {state})",
            _ => $"0.5 * {state} + 0.5 * Tanh({draw(Width.Units)})",
        };
    }

    static string Shell(string name, string[] fields, string signature, string step, Tape tape) => $$"""
        [Cell{{(tape.OneIn(4) ? "(Strategy = Strategy.Sequential)" : "")}}]
        public sealed partial class {{name}}(int inputs, int units)
        {
            readonly double scale = 0.25 * 3;
            readonly bool flag = {{(tape.OneIn(2) ? "true" : "false")}};
            [Weight] readonly Mat w = new(units, inputs), v = new(units, inputs);
            [Weight] readonly Mat u = new(units, units);
            [Weight(Init = Init.Constant, Value = 0.3)] readonly Vec bias = new(units);
            [Weight(Init = Init.Ones)] readonly Vec gain = new(1);
            readonly Vec constant = new Vec(units, i => 1.0 / (i + 1));
        {{string.Concat(fields.Select(f => $"    {f}\n"))}}
            static Vec Blend(Vec a, Vec b) => a + 0.5 * (b - a);

            {{signature}}
            {
        {{step}}    }
        }

        """;
}
