using Recurve.CodeFixes;

namespace Recurve.Generator.Tests.CodeFixes;

/// <summary>What gates read of the past goes, with what stood in nothing else; a linear recurrence is left.</summary>
public sealed class InputGatesFixTests
{
    [Fact]
    public async Task A_gated_unit_becomes_minGRU()
    {
        const string source = """
            [Cell]
            public sealed partial class C(int inputs, int units)
            {
                // from the input
                [Weight] readonly Mat wz = new(units, inputs), uz = new(units, units), wh = new(units, inputs);
                // from the past
                [Weight] readonly Mat ur = new(units, units), uh = new(units, units);
                [Weight] readonly Vec bz = new(units), bh = new(units), unused = new(units);
                [State] Vec h = new(units);

                Vec Step(Vec x)
                {
                    Vec r = Sigmoid(ur * h + bz); // how much of the past the candidate sees
                    Vec z = Sigmoid(
                        wz * x // now
                        + uz * h // then
                        + bz);
                    h = (1 - z) * h + z * Tanh(uh * (r * h) + wh * x + bh);
                    return h;
                }
            }
            """;
        var after = await FixHarness.ApplyAsync(new InputGatesFix(), "RCV1001", source);
        Assert.Equal("""
            [Cell]
            public sealed partial class C(int inputs, int units)
            {
                // from the input
                [Weight] readonly Mat wz = new(units, inputs), wh = new(units, inputs);
                // from the past
                [Weight] readonly Vec bz = new(units), bh = new(units), unused = new(units);
                [State] Vec h = new(units);

                Vec Step(Vec x)
                {
                    Vec z = Sigmoid(
                        wz * x // now
                        // then
                        + bz);
                    h = (1 - z) * h + z * Tanh(wh * x + bh);
                    return h;
                }
            }
            """, after);
        Assert.Equal("h Diagonal", (await Compiled.OfAsync("C", [after.Replace(", unused = new(units)", "")])).Runs(2, 3).Kinds);
    }

    /// <summary>Members, Step, the classes promised.</summary>
    public static TheoryData<string, string, string> Cells => new()
    {
        // LSTM stacked as PyTorch does it: the bias of the recurrent half stays
        { "[Weight] readonly Mat w = new(3 * units, inputs), u = new(3 * units, units); [Weight] readonly Vec b = new(3 * units), d = new(3 * units); [State] Vec h = new(units), c = new(units);", """
            Vec fromState = u * h + d;
            Vec gates = w * x + b + fromState;
            Vec f = Sigmoid(Slice(gates, 0, units)), i = Sigmoid(Slice(gates, units, units)), o = Sigmoid(Slice(gates, 2 * units, units));
            c = f * c + i;
            h = o * Tanh(c);
            return h;
            """, "h FeedForward, c Diagonal" },
        // a local that is nothing but the past; signs
        { "[Weight] readonly Mat w = new(units, inputs), u = new(units, units); [State] Vec h = new(units);", "Vec past = -(u * h); Vec z = Sigmoid(past - w * x); h = z * h + w * x; return h;", "h Diagonal" },
        // collected term by term
        { "[Weight] readonly Mat w = new(units, inputs), u = new(units, units); [State] Vec h = new(units);", "Vec g = w * x; g += u * h; g -= 0.5 * Reverse(h); h = Sigmoid(g) * h + w * x; return h;", "h Diagonal" },
        // in a helper of the cell's own
        { "[Weight] readonly Mat w = new(units, inputs), u = new(units, units); [State] Vec h = new(units); Vec Gate(Vec v) => Sigmoid(v + u * h);", "h = Gate(w * x) * h + w * x; return h;", "h Diagonal" },
        // two terms of one sum; what is subtracted from
        { "[Weight] readonly Mat w = new(units, inputs), u = new(units, units); [State] Vec h = new(units);", "Vec z = Sigmoid(u * h + 0.5 * h - w * x); h = z * h + w * x; return h;", "h Diagonal" },
    };

    [Theory, MemberData(nameof(Cells))]
    public async Task Any_cell_comes_out_scanned(string members, string step, string kinds)
    {
        var source = $$"""
            [Cell(Strategy = Strategy.Scan)]
            public sealed partial class C(int inputs, int units)
            {
                {{members}}
                Vec Step(Vec x)
                {
                    {{step.Replace("\n", "\n        ")}}
                }
            }
            """;
        var after = await FixHarness.ApplyAsync(new InputGatesFix(), "RCV1002", source);
        Assert.Equal(kinds, (await Compiled.OfAsync("C", [after])).Runs(2, 3).Kinds);
    }

    [Theory]
    // no gate: without its past the state would be none
    [InlineData("h = Tanh(w * x + u * h);")]
    // nothing else in the gate
    [InlineData("h = Sigmoid(u * h) * h + w * x;")]
    // a quotient, a helper's argument
    [InlineData("h = Sigmoid(w * x / (u * h)) * h + w * x;")]
    [InlineData("h = Gate(u * h, w * x) * h + w * x;")]
    public async Task It_is_not_offered_where_there_is_no_such_term(string step) => Assert.Empty(await FixHarness.OffersAsync(new InputGatesFix(), "RCV1001", $$"""
        [Cell] public partial class C(int inputs, int units)
        {
            [Weight] readonly Mat w = new(units, inputs), u = new(units, units);
            [State] Vec h = new(units);
            Vec Step(Vec x) { {{step}} return h; }
            static Vec Gate(Vec a, Vec b) => Sigmoid(a + b);
        }
        """));
}
