using Recurve.CodeFixes;

namespace Recurve.Generator.Tests.CodeFixes;

/// <summary>Matrices that carry the past become vectors: each channel recurs on itself alone.</summary>
public sealed class DiagonalFixTests
{
    [Fact]
    public async Task A_matrix_among_others_becomes_a_vector_in_its_place()
    {
        const string source = """
            [Cell]
            public sealed partial class C(int inputs, int units)
            {
                [Weight(Init = Init.Orthogonal)] readonly Mat w = new(units, inputs), /* recurrent */ u = new(units, units), v = new(units, inputs);
                [State] Vec h = new(units);

                Vec Step(Vec x)
                {
                    h = Relu(w * x + u * h); // the recurrence
                    return h + v * x;
                }
            }
            """;
        var after = await FixHarness.ApplyAsync(new DiagonalFix(), "RCV1001", source);
        Assert.Equal(source.Replace("[Weight(Init = Init.Orthogonal)] readonly Mat w = new(units, inputs), /* recurrent */ u = new(units, units), v = new(units, inputs);", """
            [Weight(Init = Init.Orthogonal)] readonly Mat w = new(units, inputs);
                [Weight] readonly Vec /* recurrent */ u = new(units, i => (i + 0.5) / units);
                [Weight(Init = Init.Orthogonal)] readonly Mat v = new(units, inputs);
            """), after);
        Assert.Equal("h Clamped", (await Compiled.OfAsync("C", [after])).Runs(2, 3).Kinds);
    }

    [Theory]
    // GRU: ParaGRU, each channel on its own, which is for Newton
    [InlineData("[Weight] readonly Mat uz = new(units, units), ur = new(units, units), uc = new(units, units);",
        "Vec z = Sigmoid(w * x + uz * h), r = Sigmoid(w * x + ur * h); h = (1 - z) * h + z * Tanh(w * x + uc * (r * h));", "h Pointwise")]
    // scaled and negated; a start that means something of a vector too
    [InlineData("[Weight(Init = Init.Constant, Value = 0.5)] readonly Mat u = new Mat(units, units);", "h = HardTanh(w * x - 0.5 * (-u * this.h));", "h Clamped")]
    // given by its numbers, which are then those of the diagonal
    [InlineData("[Weight] readonly Mat u = new(units, units, (row, column) => row + 2 * column == 0 ? 0.5 : 0.25);", "h = Relu(w * x + u * h);", "h Clamped")]
    public async Task What_is_left_does_not_mix_channels(string weights, string step, string kinds)
    {
        var after = await FixHarness.ApplyAsync(new DiagonalFix(), "RCV1001", $$"""
            [Cell]
            public sealed partial class C(int inputs, int units)
            {
                [Weight] readonly Mat w = new(units, inputs);
                {{weights}}
                [State] Vec h = new(units);
                Vec Step(Vec x) { {{step}} return h; }
            }
            """);
        Assert.Equal(kinds, (await Compiled.OfAsync("C", [after], "RCV1001")).Runs(2, 3).Kinds);
    }

    [Theory]
    // asked for a scan, which a nonlinear channel does not allow either
    [InlineData("RCV1002", "Strategy = Strategy.Scan", "h = Tanh(u * h + x);")]
    // not a factor of a vector only, not square, not trained
    [InlineData("RCV1001", "", "h = Relu(u * h + Transpose(u) * x);")]
    [InlineData("RCV1001", "", "h = Relu(v * u * h + x);")]
    [InlineData("RCV1001", "", "h = Slice(Relu(wide * h), 0, units) + x;")]
    [InlineData("RCV1001", "", "h = Relu(fixedOne * h + x);")]
    // nothing mixes by a matrix
    [InlineData("RCV1001", "", "h = Softmax(h + x);")]
    public async Task It_is_not_offered_where_a_vector_is_not_its_diagonal(string id, string options, string step) => Assert.Empty(await FixHarness.OffersAsync(new DiagonalFix(), id, $$"""
        [Cell({{options}})]
        public sealed partial class C(int units)
        {
            [Weight] readonly Mat u = new(units, units), v = new(units, units), wide = new(2 * units, units);
            readonly Mat fixedOne = new(units, units);
            [State] Vec h = new(units);
            Vec Step(Vec x) { {{step}} return h; }
        }
        """));
}
