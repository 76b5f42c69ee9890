using Recurve.Generator.Analysis;
using Recurve.Generator.IR;
using Recurve.Generator.Tests.IR;
using Kind = Recurve.Generator.Analysis.RecurrenceKind;

namespace Recurve.Generator.Tests.Analysis;

/// <summary>The maps that the forms derive, against the step itself, in numbers: also where bounds are infinite or out of order and factors are 0.</summary>
public sealed class MapTests
{
    const int Seed = 20240719, Trials = 300;

    public static TheoryData<string> Composed => [.. ClassificationTests.Single
        .Where(s => s.Value.Kind is Kind.Clamped or Kind.MaxPlus or Kind.LogPlus).Select(s => s.Key)];

    [Theory, MemberData(nameof(Composed))]
    public void One_state(string step)
    {
        var cell = new Cell();
        var (h, x, a) = (cell.State("h"), cell.Input("x", Cell.Units), cell.Vec("a"));
        cell.Next("h", ClassificationTests.Single[step].Step(cell, h, x, a));
        Agrees(cell.Returns("y", h), step);
    }

    [Theory]
    [InlineData(2), InlineData(3), InlineData(5)]
    public void Blocks(int states)
    {
        var cell = new Cell();
        var x = cell.Input("x", Cell.Units);
        var old = Enumerable.Range(0, states).Select(i => cell.State($"s{i}")).ToList();
        for (var i = 0; i < states; i++)
        {
            var next = old[(i + 1) % states];
            cell.Next($"s{i}", i % 2 == 0 ? x * (next - old[i]) + x : cell.Call("Where", x < cell.Number(0), next, -old[0]) / (x * x + 1));
        }
        Agrees(cell.Returns("y", x * old[0]), "block");
    }

    [Theory, MemberData(nameof(Infinite))]
    public void Infinite_bounds_and_terms(string step, double x, double a)
    {
        var cell = new Cell();
        var (h, input, weight) = (cell.State("h"), cell.Input("x", Cell.Units), cell.Vec("a"));
        cell.Next("h", ClassificationTests.Single[step].Step(cell, h, input, weight));
        var (program, form) = Classified(cell.Returns("y", h));
        foreach (var state in new[] { -2.5, 0, 1.5 }) Holds(program, form, Leaves(program, l => l.Op == Op.OldState ? state : l.Name == "x" ? x : a), step);
    }

    public static TheoryData<string, double, double> Infinite()
    {
        var cases = new TheoryData<string, double, double>();
        const double inf = double.PositiveInfinity;
        foreach (var (x, a) in new[] { (inf, 0), (-inf, 0), (0, inf), (0, -inf), (inf, -inf), (-inf, inf) })
        {
            foreach (var step in new[] { "Max(h, x)", "Min(h + a, x)", "Min(a, Max(x, h))", "Max(a, -Min(x, 2h))", "-2 Clamp(h, a, x)", "Clamp(x, h, a)", "Max(x, h - a)" })
                cases.Add(step, x, a);
        }
        // a factor of 0 between infinite bounds: what is left is 0
        foreach (var a in new[] { inf, -inf, 1 }) cases.Add("Min(x, Max(a, h)) * x", 0, a);
        cases.Add("LogAddExp(h + a, x)", -inf, 0);
        return cases;
    }

    static void Agrees(Cell cell, string what)
    {
        var (program, form) = Classified(cell);
        var random = new Random(Seed);
        for (var trial = 0; trial < Trials; trial++)
        {
            // zeros and ties among them, but nothing is divided by zero
            double Draw() => random.Next(4) == 0 && !what.Contains('/') ? random.Next(-1, 2) : 4 * random.NextDouble() - 2;
            Holds(program, form, Leaves(program, _ => Draw()), $"{what}, seed {Seed}, trial {trial}");
        }
    }

    static (Program, RecurrenceForm) Classified(Cell cell)
    {
        var classified = ClassificationTests.Classify(cell);
        return (classified.Program, Assert.Single(classified.Groups));
    }

    static Dictionary<Value, double[]> Leaves(Program program, Func<Value, double> draw)
        => program.Values.Where(v => v.Op is Op.Input or Op.OldState or Op.Field).ToDictionary(v => v, v => new[] { draw(v) });

    static void Holds(Program program, RecurrenceForm form, Dictionary<Value, double[]> leaves, string what)
    {
        var run = new Evaluator(leaves);
        var map = form.Map.Select(v => run.Of(v)[0]).ToArray();
        var old = form.States.Select(s => leaves[s.Old][0]).ToArray();
        for (var i = 0; i < old.Length; i++)
        {
            var expected = run.Of(form.States[i].New!)[0];
            var k = old.Length;
            var actual = form.Kind switch
            {
                Kind.Block => old.Select((p, j) => map[i * k + j] * p).Sum() + map[k * k + i],
                Kind.Clamped => Math.Min(map[3], Math.Max(map[2], map[0] * old[0] + map[1])),
                Kind.MaxPlus => Math.Max(old[0] + map[0], map[1]),
                _ => LogAddExp(old[0] + map[0], map[1]),
            };
            if (double.IsNaN(expected)) continue; // ∞ − ∞: what the map says of nothing is not asked
            Assert.True(expected == actual || Math.Abs(expected - actual) <= 1e-12 * (1 + Math.Abs(expected)),
                $"{what}: state {i} is {expected}, by its map ({string.Join(", ", map)}) {actual}, at {string.Join(", ", leaves.Select(l => $"{l.Key.Name} = {l.Value[0]}"))}");
            if (form.Kind == Kind.Clamped) Assert.True(map[2] <= map[3], $"{what}: bounds {map[2]} > {map[3]}");
        }
    }

    static double LogAddExp(double x, double y)
        => double.IsNegativeInfinity(Math.Max(x, y)) ? Math.Max(x, y) : Math.Max(x, y) + Math.Log(1 + Math.Exp(-Math.Abs(x - y)));
}
