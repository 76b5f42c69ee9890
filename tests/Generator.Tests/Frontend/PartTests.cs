using System.Globalization;
using Microsoft.CodeAnalysis;
using Recurve.TestKit;

namespace Recurve.Generator.Tests.Frontend;

/// <summary>Cells as fields of cells: how they are read, and what is said of them.</summary>
public class PartTests
{
    const string Leaky = """
        [Cell]
        public sealed partial class Leaky(int inputs, int units, double rate)
        {
            [Weight] internal readonly Mat w = new(units, inputs);
            [State(Trained = true)] internal Vec h = new(units);
            internal Vec Step(Vec x) => h = rate * h + w * x;
            internal Vec Twice(Vec x) => 2 * x;
        }
        """;

    [Fact]
    public void A_part_is_read_under_its_owners_names_and_sizes() => Assert.Equal("""
        cell Owner(int units, int inputs) Auto
        weight a.w [2 * units, inputs] Default
        weight b.w [inputs, 2 * units] Default
        weight v [units] Default
        state a.h [2 * units] trained Auto
        state b.h [inputs] trained Auto
        input x
        %0 = Multiply({this.a.FixedNumbers[0]}, old a.h)
        %1 = MatVec(a.w, x)
        %2 = Add(%0, %1)
        %3 = Multiply({this.b.FixedNumbers[0]}, old b.h)
        %4 = MatVec(b.w, %2)
        %5 = Add(%3, %4)
        %6 = Slice(old a.h, 0, units)
        %7 = Multiply(v, %6)
        %8 = Sum(%5)
        %9 = Multiply(%7, %8)
        a.h' = %2
        b.h' = %5
        return output0 = %9

        """, SpecPrinter.Print(GeneratorHarness.Spec("""
        [Cell]
        public sealed partial class Owner(int units, int inputs)
        {
            readonly Leaky a = new(inputs, 2 * units, Math.Sqrt(0.5)), b = new(rate: 0.5, units: inputs, inputs: units + units);
            [Weight] readonly Vec v = new(units);

            Vec Step(Vec x)
            {
                Vec before = a.h;
                b.Step(a.Step(x));
                return v * Slice(before, 0, units) * Sum(b.h);
            }
        }
        """, "Owner", Leaky)));

    [Theory]
    [InlineData("RCV2003", "readonly Leaky p = new(2, 2, 1);", "p.Step(x); return p.[|Step|](x);", "'p' is stepped twice")]
    [InlineData("RCV2003", "readonly Leaky p = new(2, 2, 1);", "if (flag) p.Step(x); return p.[|Step|](x);", "stepped twice")]
    [InlineData("RCV2003", "readonly Leaky p = new(2, 2, 1);", "for (int i = 0; i < 2; i++) x = p.[|Step|](x); return x;", "stepped twice")]
    [InlineData("RCV2003", "readonly [|C|] p = new(true);", "return x;", "contains itself in the part 'p'")]
    [InlineData("RCV2001", "readonly Leaky p = new(2, 2, 1);", "p.[|h|] = x; return p.Step(x);", "p.h, which only the part's own Step does")]
    [InlineData("RCV2001", "readonly Leaky p = new(2, 2, 1);", "return p.Step(p.[|w|] * x);", "The field w of the part p")]
    [InlineData("RCV2001", "readonly Leaky p = new(2, 2, 1);", "return p.[|Twice|](p.Step(x));", "Calling Twice of the part p")]
    [InlineData("RCV2001", "Leaky p = new(2, 2, 1);", "return p.[|Step|](x);", "on p, a cell that is not readonly,")]
    [InlineData("RCV2001", "readonly Leaky p = new(2, 2, 1);", "return F([|p|], x); } static Vec F(Leaky q, Vec y) { return y;", "The part p used as a value")]
    [InlineData("RCV0006", "readonly Hidden [|p|] = new();", "return p.Step(x);", "less accessible")]
    [InlineData("RCV0006", "readonly Leaky [|p|];", "return p.Step(x);", "has no initializer")]
    [InlineData("RCV3003", "readonly Leaky p = new(2, [|Math.Max(2, 1)|], 1);", "return p.Step(x);", null)]
    [InlineData("RCV3003", "readonly Leaky p = [|Leaky.Default()|];", "return p.Step(x);", null)]
    [InlineData("RCV4001", "readonly Leaky [|p|] = new(2, 2, 1);", "return x;", "Part 'p'")]
    public async Task What_is_wrong_with_a_part_is_said_at_its_token(string id, string member, string step, string? containing)
    {
        var source = Marked.Parse($$"""
            [Cell]
            public sealed partial class C(bool flag)
            {
                {{member}}
                [State] Vec g = new(2);
                Vec Step(Vec x) { g = 0.5 * g + x; x = flag ? g : x; {{step}} }
            }
            [Cell]
            sealed partial class Hidden { [State] Vec h = new(2); internal Vec Step(Vec x) => h = 0.5 * h + x; }
            """);
        var leaky = Leaky.Replace("Vec Twice", "static Leaky Default() => new(2, 2, 1); internal Vec Twice", StringComparison.Ordinal);
        var said = (await GeneratorHarness.AnalyzeAsync(source.Source, leaky)).Where(d => d.Severity >= DiagnosticSeverity.Warning).ToList();
        var text = string.Join('\n', said.Select(d => $"{d.Id} at {d.Location.SourceSpan}: {d.GetMessage(CultureInfo.InvariantCulture)}"));
        Assert.True(said.All(d => d.Id == id) && said.Select(d => d.Location.SourceSpan).SequenceEqual(source.Spans), $"wanted {id} at {string.Join(", ", source.Spans)}, got:\n{text}");
        if (containing is not null) Assert.Contains(containing, text);
    }

    [Fact]
    public async Task A_part_with_errors_is_said_once()
    {
        const string owner = "[Cell] public sealed partial class C { readonly Leaky p = new(2, 2, 1); Vec Step(Vec x) => p.Step(x); }";
        var said = await GeneratorHarness.AnalyzeAsync(owner, Leaky.Replace("w * x", "w * x[0]", StringComparison.Ordinal));
        Assert.Equal(["RCV2001"], said.Select(d => d.Id));
        Assert.Equal("Source1.cs", said[0].Location.SourceTree!.FilePath);
    }

    [Fact]
    public async Task What_a_part_is_by_itself_it_says_itself()
    {
        const string part = "[Cell] public sealed partial class P(int units) { [State] internal Vec h = new(units); internal Vec Step([Size(nameof(units))] Vec x) => h = Tanh(h + x); }";
        const string owner = "[Cell] public sealed partial class C { readonly P p = new(2); Vec Step(Vec x) => p.Step(x); }";
        var said = (await GeneratorHarness.AnalyzeAsync(owner, part)).Where(d => d.Severity >= DiagnosticSeverity.Warning);
        Assert.Equal(["RCV1001 in Source1.cs"], said.Select(d => $"{d.Id} in {d.Location.SourceTree!.FilePath}"));

        // fed back by its owner it mixes channels, which the part alone does not
        var mixing = owner.Replace("p.Step(x)", "p.Step(x + Reverse(p.h))", StringComparison.Ordinal);
        said = (await GeneratorHarness.AnalyzeAsync(mixing, part)).Where(d => d.Severity >= DiagnosticSeverity.Warning);
        Assert.Equal(["RCV1001 in Source0.cs", "RCV1001 in Source1.cs"], said.Select(d => $"{d.Id} in {d.Location.SourceTree!.FilePath}"));
    }

    [Fact]
    public async Task A_part_of_another_assembly_has_no_source()
    {
        using var stream = new MemoryStream();
        Assert.True(GeneratorHarness.Run(Leaky.Replace("internal", "public", StringComparison.Ordinal)).Compilation.WithAssemblyName("Library").Emit(stream).Success);
        var library = MetadataReference.CreateFromImage(stream.ToArray());
        const string owner = "[Cell] public sealed partial class C { readonly Leaky p = new(2, 2, 1); [State] Vec g = new(2); Vec Step(Vec x) => g = p.Step(x); }";
        var compilation = GeneratorHarness.Compile(owner).AddReferences(library);
        var findings = Generator.Frontend.CellReader.Read(compilation.GetTypeByMetadataName("C")!, compilation, default).Findings;
        Assert.Equal(["RCV2002"], findings.Items.Select(f => f.Id));
        Assert.Equal("Step", owner.Substring(findings.Items[0].At.Span.Start, findings.Items[0].At.Span.Length));
    }
}
