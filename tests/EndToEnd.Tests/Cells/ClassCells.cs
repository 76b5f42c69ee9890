using System.Reflection;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Cells;

/// <summary>Cells that put each class of composable step through its paces: either sign of the factor, factors of 0, bounds that are absent, constant or moving.</summary>
static class ClassCells
{
    const RecurrenceKind B = RecurrenceKind.Block, C = RecurrenceKind.Clamped, M = RecurrenceKind.MaxPlus, L = RecurrenceKind.LogPlus, P = RecurrenceKind.Pointwise;

    static readonly Dictionary<string, (RecurrenceKind[] Kinds, string Step)> steps = new()
    {
        ["Bounded"] = ([C], "return h = Clamp(u * h + w * x, -0.5, limit);"),
        ["Gated"] = ([C], "h = Tanh(v * x) * Relu(u * h + w * x) - 0.1; return h * (w * x);"),
        ["Chosen"] = ([C], "h = Where(x > 0.2, HardTanh(u * h + w * x), Min(0.3 - u * h, v * x)); return h;"),
        ["Turned"] = ([C], "Vec before = h; h = limit - Max(-0.4, Min(u * h + w * x, 0.9)) / (1.5 + Square(v * x)); return h - before;"),
        ["Running"] = ([C], "return h = Max(h - 0.5 * h, w * x);"),
        ["Viterbi"] = ([M], "h = Max(h + w * x, v * x) - 0.5 - Square(limit); return h;"),
        ["TwoWays"] = ([M], "Vec before = h; h = Max(Max(h, w * x) - 0.3, h + u); return Tanh(h) + before * (v * x);"),
        ["Soft"] = ([L], "h = LogAddExp(h + u, w * x) - 0.8; return h;"),
        ["SoftTwice"] = ([L], "h = LogAddExp(LogAddExp(h, v * x) - 1, h - 2 + w * x); return Sin(h);"),
        ["Rotation"] = ([B, B], "(h, g) = (0.9 * (Cos(v * x) * h - Sin(v * x) * g) + w * x, 0.9 * (Sin(v * x) * h + Cos(v * x) * g)); return h * g;"),
        ["Swapped"] = ([B, B], "(h, g) = (u * g + w * x, h); return g;"),
        ["Three"] = ([B, B, B], "(h, g, f) = (u * g - 0.5 * f, Where(x > 0, 0.4 * f, h * u) + w * x, 0.5 * h + 0.3 * g); return h + f;"),
        ["Four"] = ([B, B, B, B], "(h, g, f, e) = (u * g + w * x, 0.7 * f, Tanh(v * x) * e, 0.8 * h - 0.3 * e); return f - h;"),
        ["Five"] = ([B, B, B, B, B], "(h, g, f, e, d) = (u * g + w * x, 0.7 * f, Tanh(v * x) * e, 0.8 * d, 0.5 * h - 0.3 * e); return f - h;"),
        ["Solved"] = ([P], "return h = Tanh(u * h + w * x);"),
        ["SolvedPair"] = ([P, P], "(h, g) = (Tanh(u * g + w * x), Sigmoid(h) * g + 0.3 * h - v * x * 0.1); return h * g;"),
    };

    static readonly Lazy<Assembly> compiled = new(() => GeneratorHarness.Run([.. steps.Select(s => Source(s.Key, s.Value.Kinds, s.Value.Step))]).Load());

    public static TheoryData<string> Names => [.. steps.Keys];

    public static RecurrenceKind[] Kinds(string name) => steps[name].Kinds;

    /// <summary>The cell <paramref name="name"/> with weights of its own.</summary>
    public static CellModule Create(string name, int units)
    {
        var cell = (CellModule)Activator.CreateInstance(compiled.Value.GetType(name, throwOnError: true)!, units)!;
        cell.Initialize(seed: 5);
        return cell;
    }

    static string Source(string name, RecurrenceKind[] kinds, string step)
    {
        var vectors = new Dictionary<string, string> { ["u"] = "new(units, i => 0.4 * (i % 5 - 2))", ["limit"] = "new(units, i => 0.1 * (i % 7))" };
        bool Reads(string field) => System.Text.RegularExpressions.Regex.IsMatch(step, $@"\b{field}\b");
        return $$"""
            [Cell{{(kinds[0] == P ? "(Strategy = Strategy.Newton, Tolerance = 1e-7)" : kinds.Length > 4 ? "(Strategy = Strategy.Sequential)" : "")}}]
            public sealed partial class {{name}}(int units)
            {
                [Weight] readonly Mat w = new(units, units){{(Reads("v") ? ", v = new(units, units)" : "")}};
                {{string.Join("\n    ", vectors.Where(f => Reads(f.Key)).Select(f => $"[Weight] readonly Vec {f.Key} = {f.Value};"))}}
                [State(Trained = true)] Vec h = new(units);
                {{string.Concat("gfed".Take(kinds.Length - 1).Select(s => $"[State] Vec {s} = new(units); "))}}

                Vec Step(Vec x)
                {
                    {{step}}
                }
            }
            """;
    }
}
