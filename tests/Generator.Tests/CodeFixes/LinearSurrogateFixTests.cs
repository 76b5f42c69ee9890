using Recurve.CodeFixes;

namespace Recurve.Generator.Tests.CodeFixes;

/// <summary>The surrogate stands where the past was read nonlinearly, and nowhere else; what comes out is scanned and runs as its own Step does.</summary>
public sealed class LinearSurrogateFixTests
{
    static Task<string> Apply(string source) => FixHarness.ApplyAsync(new LinearSurrogateFix(), source.Contains("Strategy.Scan", StringComparison.Ordinal) ? "RCV1002" : "RCV1001", source);

    [Fact]
    public async Task A_gate_that_reads_the_state_reads_its_surrogate()
    {
        const string source = """
            // keeps what it can
            [Cell]
            public sealed partial class C(int inputs, int units)
            {
                [Weight] readonly Mat wz = new(units, inputs), uz = new(units, units), wh = new(units, inputs);
                [Weight] readonly Vec bz = new(units), bh = new(units);
                [State] Vec h = new(units); // the memory

                Vec Step(Vec x)
                {
                    // how much is new
                    Vec z = Sigmoid(wz * x + uz * h /* the past */ + bz);
                    h = (1 - z) * h + z * (wh * x + bh);
                    // all of it
                    return h;
                }
            }
            """;
        var after = await Apply(source);
        Assert.Equal("""
            // keeps what it can
            [Cell]
            public sealed partial class C(int inputs, int units)
            {
                [Weight] readonly Mat wz = new(units, inputs), uz = new(units, units), wh = new(units, inputs);
                [Weight] readonly Vec bz = new(units), bh = new(units);
                [State] Vec h = new(units); // the memory
                // linear surrogate of h (Martin and Cundy 2018, arXiv 1709.04057): computed from inputs and its own past alone
                [Weight] readonly Mat hSurrogateGate = new(units, inputs), hSurrogateInput = new(units, inputs);
                [Weight] readonly Vec hSurrogateGateBias = new(units), hSurrogateInputBias = new(units);
                [State] Vec hSurrogate = new(units);

                Vec Step(Vec x)
                {
                    // how much is new
                    Vec z = Sigmoid(wz * x + uz * hSurrogate /* the past */ + bz);
                    h = (1 - z) * h + z * (wh * x + bh);
                    Vec keep = Sigmoid(hSurrogateGate * x + hSurrogateGateBias);
                    hSurrogate = keep * hSurrogate + (1 - keep) * Tanh(hSurrogateInput * x + hSurrogateInputBias);
                    // all of it
                    return h;
                }
            }
            """, after);
        Assert.Equal("h Diagonal, hSurrogate Diagonal", (await Compiled.OfAsync("C", [after])).Runs(2, 3).Kinds);
    }

    const string Gates = """
        [Weight] readonly Mat wf = new(units, inputs), wi = new(units, inputs), wo = new(units, inputs), wz = new(units, inputs);
        [Weight] readonly Mat uf = new(units, units), ui = new(units, units), uo = new(units, units), uz = new(units, units);
        """;

    /// <summary>Members, Step (with its signature), the classes promised, and what the constructor is given.</summary>
    public static TheoryData<string, string, string, int[]> Cells => new()
    {
        // LSTM: two states, of which only one is in the gates
        { Gates + "[State] Vec h = new(units), c = new(units);", """
            Vec Step(Vec x)
            {
                Vec f = Sigmoid(wf * x + uf * h), i = Sigmoid(wi * x + ui * h), o = Sigmoid(wo * x + uo * h);
                c = f * c + i * Tanh(wz * x + uz * h);
                h = o * Tanh(c);
                return h;
            }
            """, "h FeedForward, c Diagonal, hSurrogate Diagonal", [2, 3] },
        // with peepholes both are
        { Gates + "[Weight(Init = Init.Ones)] readonly Vec p = new(units); [State] Vec h = new(units), c = new(units);", """
            Vec Step(Vec x)
            {
                Vec f = Sigmoid(wf * x + uf * h + p * c), i = Sigmoid(wi * x + ui * h + p * c), o = Sigmoid(wo * x + uo * h);
                c = f * c + i * Tanh(wz * x + uz * h);
                h = o * Tanh(c);
                return h;
            }
            """, "h FeedForward, c Diagonal, hSurrogate Diagonal, cSurrogate Diagonal", [2, 3] },
        // GRU: a gate inside the candidate
        { Gates + "[State] Vec h = new(units);", """
            Vec Step(Vec x)
            {
                Vec z = Sigmoid(wz * x + uz * h), r = Sigmoid(wf * x + uf * h), o = Sigmoid(wo * x + uo * h);
                h = (1 - z) * h + z * Tanh(wi * x + ui * (r * h));
                return o * h;
            }
            """, "h Diagonal, hSurrogate Diagonal", [2, 3] },
        // a whole new state is a function of the old one; an expression body
        { "[Weight] readonly Mat w = new(units, inputs), u = new(units, units); [State] Vec h = new(units);", "Vec Step(Vec x) => h = Tanh(w * x + u * h);", "h FeedForward, hSurrogate Diagonal", [2, 3] },
        // an output that reads the old state reads it still
        { "[Weight] readonly Mat w = new(units, inputs), u = new(units, units); [State] Vec h = new(units);",
            "Vec Step(Vec x) { Vec y = Sin(h); h = Tanh(w * x + u * h); return y * h; }", "h FeedForward, hSurrogate Diagonal", [2, 3] },
        // in a helper of the cell's own, called where the result is returned
        { "[Weight] readonly Mat w = new(units, inputs); [Weight(Init = Init.Ones)] readonly Vec u = new(units); [State] Vec h = new(units); Vec Gate(Vec v) { Vec past = h; return Sigmoid(v + u * past); }",
            "Vec Step(Vec x) => h = Gate(w * x) * h + w * x;", "h Diagonal, hSurrogate Diagonal", [2, 3] },
        // handed to a static helper, beside a local that has the state's name
        { "[Weight] readonly Mat w = new(units, inputs); [State] Vec h = new(units); static Vec Gate(Vec h, Vec v) => Sigmoid(h * v);",
            "Vec Step(Vec x) { Vec h = w * x; this.h = Gate(this.h, h) * this.h + h; return this.h; }", "h Diagonal, hSurrogate Diagonal", [2, 3] },
        // in a local function; another name is taken
        { "[Weight] readonly Mat w = new(units, inputs); [State] Vec h = new(units), hSurrogate = new(units);",
            "Vec Step(Vec x) { hSurrogate = 0.5 * hSurrogate + w * x; h = Gate() * h + hSurrogate; return h; Vec Gate() => Sigmoid(h); }", "h Diagonal, hSurrogate Diagonal, hSurrogate2 Diagonal", [2, 3] },
        // under another name, and through a tuple; once h's gate is free of g, g's may read h
        { "[Weight] readonly Mat w = new(units, inputs); [State] Vec h = new(units), g = new(units);",
            "Vec Step(Vec x) { (Vec a, Vec b) = (h, g); h = Sigmoid(b) * a + w * x; g = Sigmoid(a) * b + w * x; return h + g; }", "h Diagonal, g Diagonal, hSurrogate Diagonal", [2, 3] },
        // ways out under a fixed condition, one without braces
        { "[Weight] readonly Mat w = new(units, inputs), u = new(units, units); [State] Vec h = new(units);",
            "Vec Step(Vec x) { if (units > 2) return h = Tanh(w * x + u * h); h = Sigmoid(w * x + u * h); if (inputs < 3) { return h; } return h; }", "h FeedForward, hSurrogate Diagonal", [2, 3] },
        // unrolled: the first round reads the past, the others do not
        { "[Weight] readonly Mat w = new(units, inputs), u = new(units, units); [State] Vec h = new(units);",
            "Vec Step(Vec x) { Vec v = h; v = Tanh(u * v + w * x); for (int i = 0; i < 2; i++) v = 0.5 * v + x[..1]; h = v; return h; }".Replace(" + x[..1]", ""), "h FeedForward, hSurrogate Diagonal", [2, 3] },
        // several inputs, a size that is a sum, several outputs
        { "[Weight] readonly Mat w = new(2 * units + 1, inputs), v = new(2 * units + 1, 1), u = new(2 * units + 1, 2 * units + 1); [State] Vec h = new(2 * units + 1);",
            "(Vec State, Vec Sum) Step(Vec x, [Size(1)] Vec y) { h = Tanh(w * x + v * y + u * h); return (h, Sum(h)); }", "h FeedForward, hSurrogate Diagonal", [2, 3] },
        // a product of the past with itself: one of the two stays
        { "[Weight] readonly Mat w = new(units, inputs); [State] Vec h = new(units);", "Vec Step(Vec x) { h = 0.1 * h * h + w * x; return h; }", "h Diagonal, hSurrogate Diagonal", [2, 3] },
        // linear in its past through a matrix, apart from the gate
        { "[Weight] readonly Mat w = new(units, inputs), u = new(units, units); [State] Vec h = new(units);",
            "Vec Step(Vec x) { h = 0.5 * (u * h) + Relu(w * x - h); return h; }", "h Dense, hSurrogate Diagonal", [2, 3] },
    };

    [Theory, MemberData(nameof(Cells))]
    public async Task Any_cell_comes_out_scanned(string members, string step, string kinds, int[] arguments)
    {
        var source = $$"""
            [Cell(Strategy = Strategy.Scan)]
            public sealed partial class C(int inputs, int units)
            {
                {{members}}
                {{step}}
            }
            """;
        var after = await Apply(source);
        Assert.Equal(kinds, (await Compiled.OfAsync("C", [after])).Runs([.. arguments.Cast<object>()]).Kinds);
    }

    [Fact]
    public async Task Parts_may_be_in_files_of_their_own()
    {
        string[] sources =
        [
            "public sealed partial class C\r\n{\r\n    Vec Step(Vec x)\r\n    {\r\n        h = Tanh(u * h + w * x);\r\n        return h;\r\n    }\r\n}\r\n",
            "[Cell]\npublic sealed partial class C(int inputs, int units)\n{\n    [Weight] readonly Mat w = new(units, inputs), u = new(units, units);\n    [State] Vec h = new(units);\n}\n",
        ];
        var after = await FixHarness.ApplyAsync(new LinearSurrogateFix(), "RCV1001", sources);
        Assert.Contains("(1 - keep) * Tanh(hSurrogateInput * x + hSurrogateInputBias);\r\n", after[0], StringComparison.Ordinal);
        Assert.Contains("    [State] Vec hSurrogate = new(units);\n", after[1], StringComparison.Ordinal);
        Assert.Equal("h FeedForward, hSurrogate Diagonal", (await Compiled.OfAsync("C", after)).Runs(2, 3).Kinds);
    }

    [Fact]
    public async Task A_part_has_a_surrogate_in_its_owner()
    {
        const string source = """
            [Cell]
            public sealed partial class Memory(int inputs, int units)
            {
                [Weight] readonly Mat w = new(units, inputs);
                [State] internal Vec h = new(units);
                internal Vec Step(Vec x) => h = 0.5 * h + w * x;
            }

            [Cell]
            public sealed partial class C(int inputs, int units)
            {
                readonly Memory memory = new(inputs, units);
                [Weight] readonly Mat v = new(inputs, units);
                [State] Vec c = new(units);

                Vec Step(Vec x)
                {
                    Vec y = memory.Step(x + Tanh(v * (c * memory.h)));
                    c = 0.5 * c + y;
                    return c;
                }
            }
            """;
        var after = await Apply(source);
        Assert.Contains("Tanh(v * (cSurrogate * memoryHSurrogate))", after, StringComparison.Ordinal);
        Assert.Equal("memory.h Diagonal, memoryHSurrogate Diagonal, c Diagonal, cSurrogate Diagonal", (await Compiled.OfAsync("C", [after])).Runs(2, 3).Kinds);
    }

    [Fact]
    public async Task Names_that_mean_something_else_are_spelled_out()
    {
        const string source = "namespace My; class Weight; [Cell] public partial class C(int units) { [State] Vec h = new(units); Vec Tanh(Vec v) => 0.5 * v; Vec Step(Vec x) { h = Sin(h + Tanh(x)); return h; } }";
        var after = await Apply(source);
        Assert.Contains("global::Recurve.Functions.Tanh(hSurrogateInput", after, StringComparison.Ordinal);
        Assert.Equal("h FeedForward, hSurrogate Diagonal", (await Compiled.OfAsync("My.C", [after])).Runs(3).Kinds);
    }

    [Theory]
    // a matrix and a complex state have no surrogate among the vectors
    [InlineData("[Weight] readonly Mat w = new(units, units); [State] Mat h = new(units, units); Vec Step(Vec x) { h = Tanh(h) + Outer(x, x); return h * x; }")]
    [InlineData("[State] CVec h = new(units); Vec Step(Vec x) { h = Abs(h) * h + x; return Real(h); }")]
    // the place that reads the past reads something else as well
    [InlineData("[State] Vec h = new(units); Vec Step(Vec x) { for (int i = 0; i < 2; i++) h = Tanh(h + x); return h; }")]
    public async Task It_is_not_offered_where_it_cannot_be_written(string members)
        => Assert.Empty(await FixHarness.OffersAsync(new LinearSurrogateFix(), "RCV1001", $"[Cell] public partial class C(int units) {{ {members} }}"));

    [Fact]
    public async Task Two_groups_of_one_cell_and_two_cells_are_met_at_once()
    {
        string Cell(string name) => $"[Cell] public partial class {name}(int units) {{ [State] Vec h = new(units), g = new(units); Vec Step(Vec x) {{ h = Tanh(h + x); g = Sin(g * h); return g; }} }}\n";
        var after = await FixHarness.ApplyToAllAsync(new LinearSurrogateFix(), "RCV1001", [Cell("C") + Cell("D")]);
        foreach (var cell in new[] { "C", "D" })
            Assert.Equal("h FeedForward, g FeedForward, gSurrogate Diagonal, hSurrogate Diagonal", (await Compiled.OfAsync(cell, after)).Runs(3).Kinds);
    }
}
