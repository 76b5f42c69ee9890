using System.Globalization;
using Microsoft.CodeAnalysis;
using Recurve.TestKit;

namespace Recurve.Generator.Tests.Incrementality;

public class PipelineTests
{
    const string Cell = """
        [Cell]
        public sealed partial class Mine(int inputs, int units)
        {
            [Weight] readonly Mat w = new(units, inputs);
            [Weight(Init = Init.Constant, Value = -0.25)] readonly Vec b = new(units);
            [State] Vec h = new(units);
            Vec Step(Vec x) { Vec z = Sigmoid(w * x + b); h = (1 - z) * h - 0.125 * z; return h; }
        }
        """;

    const string Neighbour = "[Cell] partial class Other(int units) { [State] Vec g = new(units); Vec Step(Vec x) => g = 0.5 * g + x; }";

    const string Part = "[Cell] public partial class Part(int units) { [State] Vec h = new(units); internal Vec Step(Vec x) { return h = 0.5 * h + x; } }";
    const string Owner = "[Cell] public partial class Owner(int n) { readonly Part part = new(2 * n); Vec Step(Vec x) => part.Step(x); }";

    static readonly string[] Steps = [CellGenerator.ReadStep, CellGenerator.NamesStep, CellGenerator.CompileStep];

    [Fact]
    public void A_second_run_does_nothing()
    {
        var compilation = GeneratorHarness.Compile(Cell, Neighbour);
        var driver = GeneratorHarness.Driver().RunGenerators(compilation).RunGenerators(compilation.Clone());
        var result = driver.GetRunResult();
        Assert.All(Steps, step => Assert.NotEmpty(GeneratorSteps.Reasons(result, step)));
        GeneratorSteps.DidNothing(result);
    }

    [Theory]
    [InlineData("class Unrelated { int x; }", "class Unrelated { int x, y; void M() { } }")]
    [InlineData("// one line", "// two\n// lines")]
    public void An_unrelated_edit_emits_nothing_again(string before, string after)
    {
        var compilation = GeneratorHarness.Compile(Cell, before, Neighbour);
        var driver = GeneratorHarness.Driver().RunGenerators(compilation);
        var old = compilation.SyntaxTrees.Single(t => t.FilePath == "Source1.cs");
        var result = driver.RunGenerators(compilation.ReplaceSyntaxTree(old, GeneratorHarness.Tree(after, "Source1.cs"))).GetRunResult();
        Assert.All(GeneratorSteps.Reasons(result, CellGenerator.CompileStep), r => Assert.Equal(IncrementalStepRunReason.Cached, r));
        Assert.All(result.Results.Single().TrackedOutputSteps.SelectMany(s => s.Value).SelectMany(s => s.Outputs), o => Assert.Equal(IncrementalStepRunReason.Cached, o.Reason));
    }

    [Fact]
    public void An_edit_above_the_cell_in_its_own_file_compiles_nothing_again()
    {
        var compilation = GeneratorHarness.Compile(Cell);
        var driver = GeneratorHarness.Driver().RunGenerators(compilation);
        var old = compilation.SyntaxTrees.Single(t => t.FilePath == "Source0.cs");
        var result = driver.RunGenerators(compilation.ReplaceSyntaxTree(old, GeneratorHarness.Tree("// a comment moves everything\n\n" + Cell, "Source0.cs"))).GetRunResult();
        Assert.All(GeneratorSteps.Reasons(result, CellGenerator.CompileStep), r => Assert.Equal(IncrementalStepRunReason.Cached, r));
    }

    [Fact]
    public void An_edit_inside_one_cell_leaves_the_other_alone()
    {
        var compilation = GeneratorHarness.Compile(Cell, Neighbour);
        var driver = GeneratorHarness.Driver().RunGenerators(compilation);
        var old = compilation.SyntaxTrees.Single(t => t.FilePath == "Source0.cs");
        var result = driver.RunGenerators(compilation.ReplaceSyntaxTree(old, GeneratorHarness.Tree(Cell.Replace("Sigmoid", "Tanh"), "Source0.cs"))).GetRunResult();
        Assert.Equal(["Cached", "Modified"], GeneratorSteps.Reasons(result, CellGenerator.ReadStep).Select(r => r == IncrementalStepRunReason.Unchanged ? "Cached" : r.ToString()).Order());
        Assert.Contains(IncrementalStepRunReason.Cached, GeneratorSteps.Reasons(result, CellGenerator.CompileStep));
    }

    [Fact]
    public void An_edit_inside_a_part_compiles_its_owner_again_and_nothing_else()
    {
        var compilation = GeneratorHarness.Compile(Part, Owner, Neighbour);
        var driver = GeneratorHarness.Driver().RunGenerators(compilation);
        var old = compilation.SyntaxTrees.Single(t => t.FilePath == "Source0.cs");
        var result = driver.RunGenerators(compilation.ReplaceSyntaxTree(old, GeneratorHarness.Tree(Part.Replace("0.5", "0.25"), "Source0.cs"))).GetRunResult();
        Assert.Equal(["Cached", "Modified", "Modified"], GeneratorSteps.Reasons(result, CellGenerator.CompileStep).Select(r => r.ToString()).Order());
        Assert.Contains(result.Results.Single().GeneratedSources, s => s.HintName.StartsWith("Owner", StringComparison.Ordinal) && s.SourceText.ToString().Contains("0.25", StringComparison.Ordinal));
    }

    [Fact]
    public void Models_hold_nothing_of_Roslyn()
        => Assert.Empty(GeneratorSteps.RoslynObjects(GeneratorHarness.Driver().RunGenerators(GeneratorHarness.Compile(Cell, Part, Owner, Neighbour)).GetRunResult()));

    [Theory]
    [InlineData("de-DE")]
    [InlineData("fi-FI")]
    [InlineData("tr-TR")]
    public async Task The_culture_changes_nothing(string culture)
    {
        const string source = "[Cell] partial class I(int inputs, double rate) { [State] Vec i = new(inputs); Vec Step(Vec x) => i = (-0.5 * rate + Math.Exp(-1.25)) * i + x * -1e-20; }";
        var (before, expected) = (CultureInfo.CurrentCulture, Texts());
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(culture);
            Assert.Equal(expected, Texts());
            Assert.DoesNotContain(await GeneratorHarness.AnalyzeAsync(source), d => d.Severity == DiagnosticSeverity.Error);
        }
        finally
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = before;
        }

        string Texts() => string.Join('\n', new[] { SpecPrinter.Print(GeneratorHarness.Spec(source, "I")) }.Concat(GeneratorHarness.Run(source, Cell).Sources.Select(s => s.Key + s.Value)));
    }

    [Fact]
    public void Names_that_differ_only_in_case_do_not_collide()
    {
        var run = GeneratorHarness.Run(Cell + "namespace A { " + Cell + " } namespace a { " + Cell + " }");
        Assert.Empty(run.Result.Diagnostics);
        Assert.Equal(3, run.Sources.Keys.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Theory]
    [InlineData("[Cell] class C { [State] Vec h = new(2); Vec Step(Vec x) => h = x; }")]
    [InlineData("[Cell] partial class C<T> { [State] Vec h = new(2); Vec Step(Vec x) => h = x; }")]
    [InlineData("class O { [Cell] partial class C { [State] Vec h = new(2); Vec Step(Vec x) => h = x; } }")]
    public void Nothing_is_generated_where_it_would_hide_our_own_error(string source) => Assert.Empty(GeneratorHarness.Run(source).Sources);

    [Fact]
    public void Truncated_anywhere_nothing_throws_and_the_neighbour_survives()
    {
        var expected = GeneratorHarness.Run(Neighbour).Sources.Values.ToList();
        var source = """
            [Cell(Strategy = Strategy.Newton)]
            public sealed partial class Mine(int inputs, int units, bool on)
            {
                [Weight(Init = Init.Constant, Value = 1.5)] readonly Mat w = new(units, 2 * inputs);
                [State(Trained = true)] Vec h = new(units), c = new(units);
                (Vec y, Vec) Step(Vec x, [Size("units")] Vec y)
                {
                    static Vec Twice(Vec v, double by = 2) => v * by;
                    if (on) { h = Twice(w * x); return (h, Where(x < 1, x, -y)); }
                    for (int i = 0; i < 2; i++) { (h, c) = (c, h + i * Sigmoid(y)); c += Slice(x, i * units, units); }
                    var t = (a: Concat(x, y), b: on ? x : y);
                    return (t.b, Math.PI * t.a);
                }
            }
            """;
        var compilation = GeneratorHarness.Compile("", Neighbour);
        var driver = GeneratorHarness.Driver(track: false);
        var tree = compilation.SyntaxTrees.Single(t => t.FilePath == "Source0.cs");
        for (var length = 0; length <= source.Length; length++)
        {
            var cut = GeneratorHarness.Tree(source[..length], "Source0.cs");
            compilation = compilation.ReplaceSyntaxTree(tree, cut);
            tree = cut;
            driver = driver.RunGenerators(compilation);
            var result = driver.GetRunResult();
            Assert.True(result.Results.Single().Exception is null && result.Diagnostics.IsEmpty, $"cut at {length}: {result.Results.Single().Exception}{string.Join(' ', result.Diagnostics)}");
            var texts = result.Results.Single().GeneratedSources.Where(s => s.HintName.StartsWith("Other", StringComparison.Ordinal)).Select(s => s.SourceText.ToString());
            Assert.True(texts.SequenceEqual(expected), $"cut at {length}: the neighbour's output is lost or changed: {string.Join('\n', texts)}");
            if (compilation.GetTypeByMetadataName("Mine") is { } cell)
            {
                var reading = Generator.Frontend.CellReader.Read(cell, compilation, default);
                if (reading.Spec is { HasErrors: false } spec) Generator.Diagnostics.Analyzers.Decisions.Of(spec, reading.Findings.Origins);
            }
        }
    }

    [Fact]
    public void A_cancelled_run_stops()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => GeneratorHarness.Driver().RunGenerators(GeneratorHarness.Compile(Cell), source.Token));
    }
}
