using System.Globalization;
using Microsoft.CodeAnalysis;
using Recurve.TestKit;

namespace Recurve.Generator.Tests.Diagnostics;

/// <summary>Each id at its token, once, with nothing else of warning level beside it.</summary>
public class DiagnosticTests
{
    static async Task Says(string id, string marked, string? containing = null, bool alsoCSharp = false)
    {
        var source = Marked.Parse(marked);
        if (!alsoCSharp)
            Assert.DoesNotContain(GeneratorHarness.Compile(source.Source).GetDiagnostics(), d => d.Severity == DiagnosticSeverity.Error);
        var said = (await GeneratorHarness.AnalyzeAsync(source.Source)).Where(d => d.Id == id || d.Severity >= DiagnosticSeverity.Warning).ToList();
        var text = string.Join('\n', said.Select(d => $"{d.Id} at '{source.Source.Substring(d.Location.SourceSpan.Start, d.Location.SourceSpan.Length)}': {d.GetMessage(CultureInfo.InvariantCulture)}"));
        Assert.True(said.Count == source.Spans.Count && said.All(d => d.Id == id), $"wanted {source.Spans.Count} × {id}, got:\n{text}");
        Assert.True(said.Select(d => d.Location.SourceSpan).SequenceEqual(source.Spans), $"wanted at {string.Join(", ", source.Spans)}, got:\n{text}");
        if (containing is not null) Assert.Contains(containing, text);
    }

    // a cell with one weight, one constant matrix, one state
    static string Cell(string step, string members = "")
        => $$"""
            [Cell]
            sealed partial class C(int inputs, int units, bool flag, double rate)
            {
                [Weight] readonly Vec a = new(units);
                [State] Vec h = new(units);
                {{members}}
                {{(step.Contains("Step", StringComparison.Ordinal) ? step : $"Vec Step(Vec x) {{ h = Sigmoid(a) * h + x; {step} }}")}}
            }
            """;

    [Theory]
    [InlineData("RCV0001", "[Cell] class [|C|] { [State] Vec h = new(2); Vec Step(Vec x) => h = x; }")]
    [InlineData("RCV0001", "class [|Outer|] { [Cell] partial class C { [State] Vec h = new(2); Vec Step(Vec x) => h = x; } }")]
    [InlineData("RCV0002", "[Cell] partial class [|C|] { [State] Vec h = new(2); }")]
    [InlineData("RCV0002", "[Cell] partial class C { [State] Vec h = new(2); Vec Step(Vec x) => h = x; Vec [|Step|](Vec x, Vec y) => h = x; }")]
    [InlineData("RCV0003", "[Cell] partial class [|C|] { Vec Step(Vec x) => x; }")]
    [InlineData("RCV0004", "[Cell] partial class C[|<|]T> { [State] Vec h = new(2); Vec Step(Vec x) => h = x; }")]
    [InlineData("RCV0004", "[Cell] [|abstract|] partial class C { [State] Vec h = new(2); Vec Step(Vec x) => h = x; }")]
    [InlineData("RCV0004", "[Cell] [|file|] partial class C { [State] Vec h = new(2); Vec Step(Vec x) => h = x; }")]
    [InlineData("RCV0004", "[Cell] partial [|record|] C { [State] Vec h = new(2); Vec Step(Vec x) => h = x; }")]
    [InlineData("RCV0004", "class Base; [Cell] partial class C : [|Base|] { [State] Vec h = new(2); Vec Step(Vec x) => h = x; }")]
    [InlineData("RCV0004", "partial class Outer<T> { [Cell] partial class [|C|] { [State] Vec h = new(2); Vec Step(Vec x) => h = x; } }")]
    [InlineData("RCV0005", "[Cell] partial class C { [State] Vec h = new(2); [|static|] Vec Step(Vec x) => x; }")]
    [InlineData("RCV0005", "[Cell] partial class C { [State] Vec h = new(2); Vec Step[|<|]T>(Vec x) => h = x; }")]
    [InlineData("RCV0005", "[Cell] partial class C { [State] Vec h = new(2); [|void|] Step(Vec x) { h = x; } }")]
    [InlineData("RCV0005", "[Cell] partial class C { [State] Vec h = new(2); Vec [|Step|]() => h = h + 1; }")]
    [InlineData("RCV0005", "[Cell] partial class C { [State] Vec h = new(2); Vec Step(Vec x, [|int|] n) => h = x; }")]
    [InlineData("RCV0005", "[Cell] partial class C { [State] Vec h = new(2); Vec Step([|ref|] Vec x) => h = x; }")]
    [InlineData("RCV0005", "[Cell] partial class C { [State] Vec h = new(2); [|double|] Step(Vec x) { h = x; return 1; } }")]
    [InlineData("RCV0005", "[Cell] partial class C { [State] CVec h = new(2); Vec Step([|CVec|] x) => Real(h = x); }")]
    [InlineData("RCV0005", "[Cell] partial class C { [State] CVec h = new(2); [|CVec|] Step(Vec x) => h = x; }")]
    [InlineData("RCV0005", "[Cell] partial class C { [State] CVec h = new(2); [|(Vec, CVec)|] Step(Vec x) => (x, h = x); }")]
    [InlineData("RCV0006", "[Cell] partial class C { [Weight] Vec [|a|] = new(2); [State] Vec h = new(2); Vec Step(Vec x) => h = x; }")]
    [InlineData("RCV0006", "[Cell] partial class C { [Weight] readonly Vec [|a|]; [State] Vec h = new(2); C(int n) { a = new(n); } Vec Step(Vec x) => h = x; }")]
    [InlineData("RCV0006", "[Cell] partial class C { [State] readonly Vec [|h|] = new(2); Vec Step(Vec x) => x; }")]
    [InlineData("RCV0006", "[Cell] partial class C { [Weight] readonly double [|a|] = 1; [State] Vec h = new(2); Vec Step(Vec x) => h = x; }")]
    [InlineData("RCV0006", "[Cell] partial class C { [Weight] readonly CVec [|a|] = new(2); [State] Vec h = new(2); Vec Step(Vec x) => h = x; }")]
    [InlineData("RCV0006", "[Cell] partial class C { [State] readonly CVec [|h|] = new(2); Vec Step(Vec x) => x; }")]
    [InlineData("RCV0006", "[Cell] partial class C { [Weight, State] Vec [|a|] = new(2); [State] Vec h = new(2); Vec Step(Vec x) => h = x; }")]
    [InlineData("RCV0006", "[Cell] partial class C { [field: State] Vec [|P|] { get; set; } = new(2); Vec Step(Vec x) => x; }")]
    [InlineData("RCV0006", "[Cell] partial class C(int n) { [Weight(Init = Init.Ones, FanIn = nameof(n))] readonly Vec [|a|] = new(n); [State] Vec h = new(n); Vec Step(Vec x) => h = a * x; }")]
    [InlineData("RCV3003", "[Cell] partial class C(int n) { [Weight(FanIn = [|\"n / 2\"|])] readonly Vec a = new(n); [State] Vec h = new(n); Vec Step(Vec x) => h = a * x; }")]
    [InlineData("RCV0007", "[Cell] partial class C { Vec g = new(2); [State] Vec h = new(2); Vec Step(Vec x) { [|g|] = x; return h = x; } }")]
    [InlineData("RCV0008", "[Cell] partial class [|Info|] { [State] Vec h = new(2); Vec Step(Vec x) => h = x; }")]
    [InlineData("RCV0008", "[Cell] partial class C { [State] Vec [|Detach|] = new(2); Vec Step(Vec x) => Detach = x; }")]
    [InlineData("RCV0008", "[Cell] partial class C { [State] Vec h = new(2); int [|Training|] => 1; Vec Step(Vec x) => h = x; }")]
    [InlineData("RCV0008", "[Cell] partial class C { [State] Vec h = new(2); public int [|Info|]() => 1; Vec Step(Vec x) => h = x; }")]
    public Task Declaration(string id, string source) => Says(id, source);

    [Theory]
    [InlineData("RCV1001", "Auto", "Vec Step(Vec x) => h = [|Tanh|](a * h + x);", "nonlinear")]
    [InlineData("none", "Auto", "Vec Step(Vec x) => h = Relu(a * h + x);", null)]
    [InlineData("none", "Scan", "Vec Step(Vec x) => h = Max(h + a * x, x);", null)]
    [InlineData("none", "Scan", "Vec Step(Vec x) => h = LogAddExp(h + a * x, x);", null)]
    [InlineData("none", "Scan", "Vec Step(Vec x) => h = Clamp(a * h + x, -1, 1);", null)]
    [InlineData("RCV1001", "Auto", "Vec Step(Vec x) => h = [|Reverse|](h) + x;", "is linear (Dense) but is not run in parallel yet")]
    [InlineData("RCV1002", "Scan", "Vec Step(Vec x) => h = [|Tanh|](a * h + x);", "Strategy.Scan")]
    [InlineData("RCV1003", "Auto", "Vec Step(Vec x) => h = Outer(x, x) [|*|] h + x;", "changes over time")]
    [InlineData("RCV1004", "Newton", "Vec Step(Vec x) => h = [|Tanh|](u * h + x);", "Coupled")]
    [InlineData("RCV5001", "Sequential", "Vec Step(Vec x) => h = u [|*|] h + x;", "u * h")]
    [InlineData("RCV4002", "Auto", "Vec Step(Vec x) => h = [|a|] * h + x;", "'h'")]
    public Task Decision(string id, string strategy, string step, string? containing)
    {
        var weights = (step.Contains("a ", StringComparison.Ordinal) || step.Contains("[|a|]", StringComparison.Ordinal) ? "[Weight] readonly Vec a = new(units); " : "")
            + (step.Contains("u ", StringComparison.Ordinal) ? "[Weight] readonly Mat u = new(units, units); " : "");
        return Says(id, $$"""[Cell(Strategy = Strategy.{{strategy}})] partial class C(int units) { {{weights}}[State] Vec h = new(units); {{step}} }""", containing);
    }

    [Fact]
    public async Task The_chain_leads_from_the_state_to_the_operation()
    {
        const string source = "[Cell] partial class C(int units) { [Weight] readonly Vec a = new(units); [State] Vec h = new(units); Vec Step(Vec x) => h = Tanh(a * h + x); }";
        var warning = (await GeneratorHarness.AnalyzeAsync(source)).Single(d => d.Id == "RCV1001");
        Assert.NotEmpty(warning.AdditionalLocations);
        Assert.All(warning.AdditionalLocations, l => Assert.True(l.IsInSource));
        Assert.Equal("*", source.Substring(warning.AdditionalLocations[^2].SourceSpan.Start, 1));
        Assert.Equal("+", source.Substring(warning.AdditionalLocations[^1].SourceSpan.Start, 1));
    }

    [Theory]
    [InlineData("none", "Scan", 4, null), InlineData("RCV1001", "Auto", 5, "blocks of more than 4"), InlineData("RCV1002", "Scan", 5, "Strategy.Scan")]
    [InlineData("RCV1004", "Newton", 5, "5 states per channel"), InlineData("none", "Sequential", 5, null)]
    public Task Blocks_of_more_than_four_states_are_not_composed(string id, string strategy, int states, string? containing)
    {
        var names = Enumerable.Range(0, states).Select(i => $"s{i}").ToList();
        return Says(id, $$"""
            [Cell(Strategy = Strategy.{{strategy}})] partial class C(int units)
            {
                [State] Vec {{(id == "none" ? "s0" : "[|s0|]")}} = new(units), {{string.Join(", ", names.Skip(1).Select(n => n + " = new(units)"))}};
                Vec Step(Vec x) { ({{string.Join(", ", names)}}) = ({{string.Join(", ", names.Skip(1))}}, s0 - s1); return s0 + x; }
            }
            """, containing);
    }

    [Fact]
    public Task Newton_takes_four_states_per_channel() => Says("RCV1004", """
        [Cell(Strategy = Strategy.Newton)] partial class C(int units)
        {
            [State] Vec a = new(units), b = new(units), c = new(units), d = new(units), e = new(units);
            Vec Step(Vec x) { (a, b, c, d, e) = ([|Tanh|](b) + x, c, d, e, a); return a; }
        }
        """, "5 states per channel");

    [Theory]
    [InlineData("none", "Vec h", "h = Tanh(h) + x", "", null)]
    [InlineData("none", "Vec h", "h = 0.5 * h + x", ", Tolerance = 1e-3, Iterations = 1", null)]
    [InlineData("RCV1004", "Vec [|h|]", "h = Tanh(h) + x", ", Tolerance = 0.0", "asks for a tolerance of 0")]
    [InlineData("RCV1004", "Vec [|h|]", "h = Tanh(h) + x", ", Iterations = 0", "asks for 0 iterations")]
    public Task Newton_on_one_state(string id, string state, string step, string options, string? containing)
        => Says(id, $$"""[Cell(Strategy = Strategy.Newton{{options}})] partial class C(int units) { [State] {{state}} = new(units); Vec Step(Vec x) => {{step}}; }""", containing);

    [Fact]
    public async Task A_long_reason_names_the_operation_and_the_weights()
    {
        var said = await GeneratorHarness.AnalyzeAsync("""
            [Cell] partial class C(int units)
            {
                [Weight] readonly Mat weight_of_the_inputs = new(units, units), weight_of_the_states = new(units, units);
                [State] Vec hidden_state = new(units);
                Vec Step(Vec x) => hidden_state = Tanh(Sigmoid(weight_of_the_inputs * x + weight_of_the_states * hidden_state) * Square(weight_of_the_inputs * x) + Sin(Cos(weight_of_the_inputs * x + 2 * x)));
            }
            """);
        var message = said.Single(d => d.Id == "RCV1001").GetMessage(CultureInfo.InvariantCulture);
        Assert.Contains("mixes channels through weight_of_the_states", message, StringComparison.Ordinal);
        Assert.DoesNotContain("…", message, StringComparison.Ordinal);
    }

    [Fact]
    public Task Strategies_conflict() => Says("RCV1005", """
        [Cell] partial class C(int units)
        {
            [State(Strategy = Strategy.Scan)] Vec [|h|] = new(units);
            [State(Strategy = Strategy.Sequential)] Vec g = new(units);
            Vec Step(Vec x) { (h, g) = (Tanh(g) + x, h); return h; }
        }
        """, "h Scan, g Sequential");

    [Theory]
    [InlineData("[|while|] (flag) { } return h;")]
    [InlineData("[|foreach|] (var i in new[] { 1 }) h = x; return h;")]
    [InlineData("[|switch|] (1) { default: return h; }")]
    [InlineData("[|throw|] new Exception();")]
    [InlineData("[|try|] { } finally { } return h;")]
    [InlineData("[|lock|] (a) { } return h;")]
    [InlineData("[|using|] var s = new System.IO.MemoryStream(); return h;")]
    [InlineData("for (int i = 0; i < 3; i++) { [|break|]; } return h;")]
    [InlineData("Func<Vec> f = () [|=>|] x; return h;")]
    [InlineData("[|ref|] Vec r = ref h; return h;")]
    [InlineData("string s = [|\"a\"|]; return h;")]
    [InlineData("var s = [|1L|]; return h;")]
    [InlineData("Vec v = x [|is|] null ? a : x; return v;")]
    [InlineData("return Where(x < [|new|] Vec(units), x, a);")]
    [InlineData("return x * x[|[|]0];")]
    [InlineData("return x * x.[|Size|];")]
    [InlineData("return x [|==|] a ? x : a;")]
    [InlineData("return x * (units [|/|] 2);")]
    [InlineData("return x * (1 [|/|] 2);")]
    [InlineData("var t = (x, a); t.[|Item1|] = a; return x;")]
    [InlineData("for (int i = 0; i [|<|] units; i++) h = x; return h;")]
    [InlineData("return x * [|counter|];")]
    [InlineData("return x * [|shared|];")]
    [InlineData("return Inner(x);")]
    [InlineData("[|inputs|] = 3; return h;")]
    [InlineData("double d = Complex(x, x)[0].[|Real|]; return x;")]
    [InlineData("return x * Complex(x, x).[|Size|];")]
    [InlineData("CVec z = [|new|] CVec(units); return Abs(z);")]
    [InlineData("return Complex(x, a) [|==|] Polar(x, a) ? x : a;")]
    [InlineData("return Real([|points|]);")]
    [InlineData("return [|Generic|](x);")]
    [InlineData("return x * a.ToString()!.[|Length|];")]
    [InlineData("return LayerNorm(x, [|rate|]);")]
    [InlineData("Vec Never(Vec v, int n) { [|while|] (n > 0) { } return v; } return h;")]
    [InlineData("Vec Never(Vec v) { Vec Deep(Vec u) { [|throw|] new Exception(); } return v; } return h;")]
    [InlineData("Vec Never([|string|] s) => h; return h;")]
    [InlineData("[|void|] Never() { } return h;")]
    [InlineData("if (false) { [|foreach|] (var i in new[] { 1 }) h = x; } return h;")]
    [InlineData("if (true) return h; else { [|while|] (flag) { } }")]
    [InlineData("return true ? h : x * x[|[|]0];")]
    [InlineData("return h; [|throw|] new Exception();")]
    [InlineData("for (int i = 0; i < 0; i++) [|switch|] (1) { default: return h; } return h;")]
    [InlineData("[|async|] System.Threading.Tasks.Task L() => System.Threading.Tasks.Task.Delay(1); return h;")]
    public Task Not_in_the_language(string step) => Says("RCV2001", Cell(step,
        "double counter; static double shared = 1; readonly CVec points = new(3); Vec Generic<T>(T t) => h; Vec Put(Vec v) => v; Vec Inner(Vec v) { [|h|] = v; return v; }"
            .Replace("[|h|]", step.Contains("Inner", StringComparison.Ordinal) ? "[|h|]" : "h")));

    [Fact]
    public Task Source_not_available() => Says("RCV2002", Cell("return x * double.[|Hypot|](3, 4);"));

    [Fact]
    public Task Source_not_available_where_nothing_runs() => Says("RCV2002", Cell("if (false && double.[|IsNaN|](Math.PI)) return x; return h;"));

    [Theory]
    [InlineData("Vec Never(Vec v, int n, bool b, double e) { for (int i = 0; i < n; i++) v = LayerNorm(v, e); return b ? v : Slice(v, 0, n); } return h;")]
    [InlineData("for (int i = 0; i < 3; i++) { if (i == 0) x = x + 1; else x = x * Slice(x, i - 1, 1); } return x * h;")]
    [InlineData("if (false) { Vec z; z = x; h = z; } return h;")]
    [InlineData("const int layers = 2; return layers > 1 ? h : Wide(x, layers); Vec Wide(Vec v, int k) => k * v;")]
    public async Task What_never_runs_may_be_anything_in_the_language(string step)
        => Assert.DoesNotContain(await GeneratorHarness.AnalyzeAsync(Cell(step)), d => d.Severity == DiagnosticSeverity.Error);

    [Theory]
    [InlineData("return R(x);", "Vec R(Vec v) => [|R|](v);")]
    [InlineData("[|for|] (int i = 0; i < 257; i++) x = x + 1; return h + x;", "")]
    [InlineData("for (int i = 0; i < 17; i++) [|for|] (int j = 0; j < 16; j++) x = x + 1; return h + x;", "")]
    [InlineData("return A(A(x));", "Vec A(Vec v) => B(B(B(B(B(B(B(B(B(B(B(B(v)))))))))))); Vec B(Vec v) => D(D(D(D(D(D(v)))))); Vec D(Vec v) => E(E(E(E(E(E(v)))))); Vec E(Vec v) => F(F(F(F(F(F(F(F(v)))))))); Vec F(Vec v) => v + v * v [|-|] v;")]
    public async Task Too_much(string step, string member)
    {
        if (member.Contains("v * v", StringComparison.Ordinal))
        {
            var said = await GeneratorHarness.AnalyzeAsync(Cell(step, member).Replace("[|", "").Replace("|]", ""));
            Assert.Equal("RCV2003", Assert.Single(said, d => d.Severity == DiagnosticSeverity.Error).Id);
        }
        else await Says("RCV2003", Cell(step, member));
    }

    [Theory]
    [InlineData("RCV3001", "[Cell] partial class C(int inputs, int units) { [Weight] readonly Mat w = new(units, inputs); [State] Vec h = new(units); Vec Step([Size(nameof(units))] Vec x) => h = w [|*|] x; }", "[units, inputs]")]
    [InlineData("RCV3001", "[Cell] partial class C(int units) { [State] Vec h = new(units); Vec Step([Size(\"2 * units\")] Vec x) { h = x [|+|] h; return h; } }", "[2 * units]")]
    [InlineData("RCV3001", "[Cell] partial class C(int units) { [State] Vec h = new(units); Vec Step(Vec x) { h = [|Sum|](x * h); return h; } }", "h =")]
    [InlineData("RCV3002", "[Cell] partial class C { [State] Vec h = new(1); Vec Step(Vec [|x|]) => h = Sum(x); }", "[Size]")]
    [InlineData("RCV3001", "[Cell] partial class C(int units) { [State] CVec z = new(units); Vec Step([Size(\"2 * units\")] Vec x) { z = Complex(x, x) [|*|] z; return Abs(z); } }", "[2 * units]")]
    [InlineData("RCV3001", "[Cell] partial class C(int units) { [State] Vec h = new(units); Vec Step([Size(\"3 * units\")] Vec x) { h = [|Slice|](x, 2 * units + 1, units); return h; } }", "[2 * units + 1, 3 * units + 1)")]
    [InlineData("RCV3001", "[Cell] partial class C(int units) { [State] Vec h = new(units); Vec Step([Size(\"3 * units\")] Vec x) { h = [|Slice|](x, -units, units); return h; } }", "[-units, 0)")]
    [InlineData("RCV3001", "[Cell] partial class C(int units) { [State] Vec h = new(units); Vec Step([Size(\"3 * units\")] Vec x) { h = [|Slice|](Sum(x), units, units); return h; } }", "[units, 2 * units)")]
    [InlineData("RCV3001", "[Cell] partial class C(int units) { [State] CVec z = new(units); Vec Step([Size(3)] Vec x) { z = [|Polar|](Sum(x), 1); return Real(z); } }", "z =")]
    [InlineData("RCV3003", "[Cell] partial class C(int units) { [State] CVec z = new([|units / 2|]); Vec Step(Vec x) => Real(z = x); }", "units / 2")]
    [InlineData("RCV3003", "[Cell] partial class C(int units) { [State] Vec h = ([|units|]); Vec Step(Vec x) => h = x; }", "units")]
    [InlineData("RCV3003", "[Cell] partial class C(int units) { [State] Vec h = new([|units / 2|]); Vec Step(Vec x) => h = x; }", "units / 2")]
    [InlineData("RCV3003", "[Cell] partial class C(int units) { [State] Vec h = new(2 * [|Math.Max(1, units)|]); Vec Step(Vec x) => h = x; }", "Math.Max")]
    [InlineData("RCV3003", "[Cell] partial class C(int units) { [State] Vec h = new(units); Vec Step([Size([|\"unit\"|])] Vec x) => h = x; }", "unit")]
    [InlineData("RCV3003", "[Cell] partial class C(int units) { [State] Vec h = new(1); Vec Step([Size(2)] Vec x) => h = Slice(x, [|Math.Min(units, 1)|], 1); }", "Math.Min")]
    [InlineData("RCV4001", "[Cell] partial class C(int units) { [Weight] readonly Vec [|a|] = new(units); [State] Vec h = new(units); Vec Step(Vec x) => h = x; }", "Weight 'a'")]
    [InlineData("RCV4001", "[Cell] partial class C(int units) { [State] Vec h = new(units), [|g|] = new(units); Vec Step(Vec x, [Size(1)] Vec [|y|]) { g = Tanh(x); return h = x; } }", "Input 'y'")]
    [InlineData("none", "[Cell] partial class C(int units, bool flag) { [State] Vec g = new(units); Vec Step(Vec x) { if (flag) { g = Tanh(x); return g; } return x; } }", null)]
    [InlineData("none", "[Cell] partial class C(int units, bool flag) { [State] Vec g = new(units); Vec Step(Vec x) { if (flag) g = Tanh(x); else g = 2 * x; return flag ? g : x; } }", null)]
    [InlineData("none", "[Cell] partial class C(int units) { [State] Vec g = new(units); Vec Step(Vec x) { g = Tanh(x); return Where(x > 0, g, x); } }", null)]
    [InlineData("RCV4001", "[Cell] partial class C(int units, bool flag) { [State] Vec [|g|] = new(units); Vec Step(Vec x) { if (flag) g = Tanh(x); return 2 * x; } }", "State 'g'")]
    [InlineData("RCV4001", "[Cell] partial class C(int units) { [State] Vec [|g|] = new(units); Vec Step(Vec x) { g = Where(x > 0, Tanh(x), g); return Where(x > 0, x, 0); } }", "State 'g'")]
    public Task Shapes_and_effects(string id, string source, string? containing) => Says(id, source, containing);

    [Theory]
    [InlineData("[Cell] partial class C { [State] Vec h = new(2); Vec Step(Vec x) => h = Sigmod(x); }")]
    [InlineData("[Cell] partial class C { [State] Vec h = new(n); Vec Step(Vec x) => h = x; }")]
    [InlineData("[Cell] partial class C { [State] Vec h = new(2); Vec Step(Vec x) { Vek v = x; return h = v; } }")]
    [InlineData("[Cell] partial class C { [State] Vec h = new(2); Vec Step(Vec x) { return h = x } }")]
    [InlineData("[Cell] partial class C { [State] Vec h = new(2); Vek Step(Vec x) => h = x; }")]
    public async Task What_is_not_CSharp_is_left_to_CSharp(string source)
        => Assert.DoesNotContain(await GeneratorHarness.AnalyzeAsync(source), d => d.Severity >= DiagnosticSeverity.Warning);

    [Fact]
    public async Task Hidden_information_stands_at_the_state()
    {
        var said = await GeneratorHarness.AnalyzeAsync("[Cell] partial class C(int units) { [State] Vec h = new(units); Vec Step(Vec x) => h = 0.5 * h + x; }");
        var hidden = Assert.Single(said);
        Assert.Equal(("RCV1000", DiagnosticSeverity.Hidden), (hidden.Id, hidden.Severity));
        Assert.StartsWith("State 'h' is Diagonal and runs as a parallel scan: h' = 0.5 * h + x", hidden.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }
}
