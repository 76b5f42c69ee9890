using Recurve.CodeFixes;

namespace Recurve.Generator.Tests.CodeFixes;

/// <summary>Make partial, give a size, make it a state.</summary>
public sealed class DeclarationFixTests
{
    [Fact]
    public async Task A_cell_and_the_types_around_it_become_partial()
    {
        var after = await FixHarness.ApplyToAllAsync(new PartialFix(), "RCV0001", ["""
            /// <summary>Mine.</summary>
            public static class Outer
            {
                [Cell] // one
                public sealed class C { [State] Vec h = new(2); Vec Step(Vec x) => h = x; }
                [Cell] internal class D { [State] Vec h = new(2); Vec Step(Vec x) => h = 0.5 * h + x; }
            }
            """]);
        Assert.Equal("""
            /// <summary>Mine.</summary>
            public static partial class Outer
            {
                [Cell] // one
                public sealed partial class C { [State] Vec h = new(2); Vec Step(Vec x) => h = x; }
                [Cell] internal partial class D { [State] Vec h = new(2); Vec Step(Vec x) => h = 0.5 * h + x; }
            }
            """, after[0]);
        Assert.Equal("h FeedForward", (await Compiled.OfAsync("Outer+C", after)).Runs().Kinds);
        Assert.Equal("h Diagonal", (await Compiled.OfAsync("Outer+D", after)).Runs().Kinds);
    }

    [Fact]
    public async Task Every_part_of_a_class_becomes_partial()
    {
        var after = await FixHarness.ApplyAsync(new PartialFix(), "RCV0001", ["[Cell] partial class C { [State] Vec h = new(2); }", "class C { Vec Step(Vec x) => h = x; }"]);
        Assert.Equal("partial class C { Vec Step(Vec x) => h = x; }", after[1]);
        await Compiled.OfAsync("C", after);
    }

    const string Open = "[Cell] public partial class C(int units, int more) { [Weight] readonly Mat w = new(units, more); [State] Vec h = new(units); Vec Step(Vec x, Vec y) { h = Tanh(w * Softplus(x) + h) * Sum(y); return h; } }";

    [Theory]
    [InlineData("nameof(units)", 2)]
    [InlineData("nameof(more)", 2)]
    [InlineData("1", 2)]
    public async Task An_input_gets_one_of_the_sizes_there_are(string size, int units)
    {
        Assert.Equal(3, (await FixHarness.OffersAsync(new SizeFix(), "RCV3002", Open)).Count);
        var after = await FixHarness.ApplyAsync(new SizeFix(), "RCV3002", Open, $"SizeFix: {size}");
        Assert.Equal(Open.Replace("Vec y)", $"[Size({size})] Vec y)"), after);
        (await Compiled.OfAsync("C", [after], "RCV1001")).Runs(units, 3);
    }

    [Fact]
    public async Task Only_a_size_with_which_shapes_match_is_offered()
    {
        var source = Open.Replace("new(units, more)", "new(units, more), v = new(1, 2 * more)").Replace("Sum(y)", "(v * Concat(y, y))");
        Assert.Equal(["Give 'y' its size: [Size(nameof(more))]"], await FixHarness.OffersAsync(new SizeFix(), "RCV3002", source));
    }

    [Fact]
    public async Task A_field_that_Step_assigns_becomes_a_state()
    {
        const string source = """
            [Cell]
            public partial class C(int units)
            {
                Vec a = new(units), g = new(units); // both
                [State] Vec h = new(units);
                Vec Step(Vec x) { a = 0.1 * a + x; g = 0.5 * g + x; return h = 0.5 * h + g + a; }
            }
            """;
        var after = await FixHarness.ApplyToAllAsync(new StateFix(), "RCV0007", [source]);
        Assert.Contains("    [State] Vec a = new(units), g = new(units); // both\n", after[0].Replace("[State] Vec a = new(units);\n    [State] Vec g", "[State] Vec a = new(units), g"), StringComparison.Ordinal);
        Assert.Equal("a Diagonal, g Diagonal, h Diagonal", (await Compiled.OfAsync("C", after)).Runs(3).Kinds);
    }
}
