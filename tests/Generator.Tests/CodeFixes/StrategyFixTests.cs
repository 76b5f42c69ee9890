using Recurve.CodeFixes;

namespace Recurve.Generator.Tests.CodeFixes;

/// <summary>Solve by Newton, accept step by step: another strategy, where it is asked for, and the same numbers.</summary>
public sealed class StrategyFixTests
{
    const string IndRnn = """
        /// <summary>Mine.</summary>
        [Cell] // as it was
        public sealed partial class C(int inputs, int units)
        {
            [Weight] readonly Mat w = new(units, inputs);
            [Weight] readonly Vec u = new(units, i => 0.1 * (i + 1)), b = new(units);
            [State(Trained = true)] Vec h = new(units); // remembers

            Vec Step(Vec x) => h = Tanh(w * x + u * h + b);
        }
        """;

    // only the second group is nonlinear, and its state shares a declaration with the first
    const string Mixed = """
        [Cell]
        public sealed partial class C(int units)
        {
            [Weight(Init = Init.Ones)] readonly Vec u = new(units);
            [State] Vec a = new(units), /* the one in question */ h = new(units), c = new(units);

            Vec Step(Vec x)
            {
                a = 0.5 * a + x;
                h = Tanh(u * h + a);
                c = 0.9 * c + h;
                return c;
            }
        }
        """;

    [Fact]
    public async Task Step_by_step_is_said_of_the_cell_if_all_its_states_are_meant()
    {
        var after = await FixHarness.ApplyAsync(new StepByStepFix(), "RCV1001", IndRnn);
        Assert.Equal(IndRnn.Replace("[Cell]", "[Cell(Strategy = Strategy.Sequential)]"), after);
        await SameNumbers(IndRnn, after, "h Pointwise", 0);
    }

    [Fact]
    public async Task Newton_gives_the_same_numbers_to_its_tolerance()
    {
        var after = await FixHarness.ApplyAsync(new NewtonFix(), "RCV1001", IndRnn);
        Assert.Equal(IndRnn.Replace("[Cell]", "[Cell(Strategy = Strategy.Newton)]"), after);
        await SameNumbers(IndRnn, after, "h Pointwise", 1e-6f);
    }

    [Fact]
    public async Task One_state_among_others_is_asked_alone_and_the_order_of_states_stays()
    {
        var after = await FixHarness.ApplyAsync(new NewtonFix(), "RCV1001", Mixed);
        Assert.Equal(Mixed.Replace("[State] Vec a = new(units), /* the one in question */ h = new(units), c = new(units);", """
            [State] Vec a = new(units);
                [State(Strategy = Strategy.Newton)] Vec /* the one in question */ h = new(units);
                [State] Vec c = new(units);
            """), after);
        await SameNumbers(Mixed, after, "a Diagonal, h Pointwise, c Diagonal", 1e-6f, 2);
    }

    [Fact]
    public async Task What_was_asked_for_before_is_replaced()
    {
        var scan = Mixed.Replace("[Cell]", "[Cell(Strategy = Strategy.Scan)]").Replace("[State] Vec a = new(units), ", "[State] Vec a = new(units);\n    [State(Strategy = Strategy.Scan, Trained = true)] Vec ").Replace("h = new(units), c", "h = new(units);\n    [State] Vec c");
        var after = await FixHarness.ApplyAsync(new StepByStepFix(), "RCV1002", scan);
        Assert.Equal(scan.Replace("[State(Strategy = Strategy.Scan, Trained", "[State(Strategy = Strategy.Sequential, Trained"), after);
        Assert.Equal("a Diagonal, h Pointwise, c Diagonal", (await Compiled.OfAsync("C", [after])).Runs(3).Kinds);
    }

    [Fact]
    public async Task The_cell_asked_for_a_scan_and_one_state_answers_for_itself()
    {
        var scan = Mixed.Replace("[Cell]", "[Cell(Strategy = Strategy.Scan)]");
        var after = await FixHarness.ApplyAsync(new StepByStepFix(), "RCV1002", scan);
        Assert.Contains("[State(Strategy = Strategy.Sequential)] Vec /* the one in question */ h", after, StringComparison.Ordinal);
        Assert.Equal("a Diagonal, h Pointwise, c Diagonal", (await Compiled.OfAsync("C", [after])).Runs(2).Kinds);
    }

    [Fact]
    public async Task A_name_that_means_something_else_is_spelled_out()
    {
        var source = "namespace My; class Strategy; " + IndRnn;
        var after = await FixHarness.ApplyAsync(new StepByStepFix(), "RCV1001", source);
        Assert.Contains("Strategy = global::Recurve.Strategy.Sequential", after, StringComparison.Ordinal);
        await Compiled.OfAsync("My.C", [after]);
    }

    [Theory]
    [InlineData("h = Tanh(m * h + x);")]
    [InlineData("h = Softmax(h + x);")]
    [InlineData("(h, g1, g2, g3, g4) = (Tanh(g1), g2 + x, g3, g4, h);")]
    public async Task Newton_is_not_offered_where_it_cannot_solve(string step)
    {
        var more = step.Contains("g4", StringComparison.Ordinal) ? ", g1 = new(units), g2 = new(units), g3 = new(units), g4 = new(units)" : "";
        var matrix = step.Contains("m *", StringComparison.Ordinal) ? "[Weight] readonly Mat m = new(units, units);" : "";
        var source = $"[Cell] partial class C(int units) {{ {matrix} [State] Vec h = new(units){more}; Vec Step(Vec x) {{ {step} return h; }} }}";
        Assert.Empty(await FixHarness.OffersAsync(new NewtonFix(), "RCV1001", source));
        Assert.Single(await FixHarness.OffersAsync(new StepByStepFix(), "RCV1001", source));
    }

    [Fact]
    public async Task A_matrix_that_varies_is_accepted_too()
    {
        const string source = "[Cell] public partial class C(int units) { [State] Vec h = new(units); Vec Step(Vec x) => h = Outer(x, x) * h + x; }";
        var after = await FixHarness.ApplyAsync(new StepByStepFix(), "RCV1003", source);
        Assert.Equal("h Coupled", (await Compiled.OfAsync("C", [after])).Runs(3).Kinds);
        after = await FixHarness.ApplyAsync(new LinearSurrogateFix(), "RCV1003", source);
        Assert.Equal("h FeedForward, hSurrogate Diagonal", (await Compiled.OfAsync("C", [after])).Runs(3).Kinds);
    }

    [Fact]
    public async Task All_cells_of_a_project_are_met_at_once()
    {
        string Cell(string name) => $"[Cell] public partial class {name}(int units) {{ [State] Vec h = new(units), g = new(units); Vec Step(Vec x) {{ h = Tanh(h + x); g = Sin(g * h); return g; }} }}";
        var after = await FixHarness.ApplyToAllAsync(new StepByStepFix(), "RCV1001", [Cell("C") + Cell("D"), Cell("E")]);
        foreach (var cell in new[] { "C", "D", "E" }) Assert.Equal("h Pointwise, g Pointwise", (await Compiled.OfAsync(cell, after)).Runs(2).Kinds);
    }

    static async Task SameNumbers(string before, string after, string kinds, float tolerance, int units = 4)
    {
        object[] arguments = before == Mixed ? [units] : [units, units];
        var (old, fresh) = (await Compiled.OfAsync("C", [before], "RCV1001"), await Compiled.OfAsync("C", [after]));
        Assert.Equal(kinds, fresh.Runs(arguments).Kinds);
        Assert.Equal(kinds, old.Kinds);
        var (wanted, got) = (old.Outputs(units, arguments), fresh.Outputs(units, arguments));
        for (var i = 0; i < wanted.Length; i++) Assert.True(Math.Abs(wanted[i] - got[i]) <= tolerance, $"output {i}: {got[i]} after, {wanted[i]} before");
    }
}
