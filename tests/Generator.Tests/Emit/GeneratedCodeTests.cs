using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Recurve.TestKit;

namespace Recurve.Generator.Tests.Emit;

/// <summary>What is generated compiles without a warning in a strict project, beside any names the user chose.</summary>
public sealed class GeneratedCodeTests
{
    public static TheoryData<string> Samples => [.. Cells.All.Select(c => c.Name)];

    [Theory, MemberData(nameof(Samples))]
    public void CompilesInAStrictProject(string name) => AssertClean([Cells.Source(name), .. Cells.Parts(name)]);

    [Fact]
    public void NamesOfTheUserHideNothing() => AssertClean("""
        namespace Global { class Recurve { } class Tensor { } class V { } class Frame { } class Signal { } }
        namespace Outer
        {
            using global::Global;
            class Contracts { } class System { } class CellInfo { } class IScanBody { } class ILane { }
            public partial class Around
            {
                [Cell]
                internal sealed partial class Odd(int plan, int row)
                {
                    [Weight] readonly Mat @class = new(plan, row), V = new(plan, row);
                    [Weight] readonly Vec old = new(plan), a = new(plan), s = new(plan);
                    [State] Vec p = new(plan);

                    Vec Step(Vec @event) => p = Sigmoid(a) * p + s * old + Tanh(V * @event + @class * @event);
                }
            }
        }
        """);

    [Fact]
    public void FixedNumbersKeepTheirMeaning() => AssertClean("""
        [Cell]
        sealed partial class Scaled(int units, double x, bool gated)
        {
            readonly double scale = 2 * x;
            [State] Vec h = new(units);

            Vec Step([Size("units")] Vec input)
            {
                h = gated ? scale * h + input : h - x * input;
                return Mean(h);
            }
        }
        """);

    [Fact]
    public void AHelperThatComparesItsArgumentsMayBeGivenTheSameTwice() => AssertClean("""
        [Cell]
        public sealed partial class Same(int units)
        {
            [State] Vec h = new(units);
            static Vec Larger(Vec a, Vec b) => Where(a > b, a, b);
            Vec Step(Vec x) => h = 0.5 * h + Larger(x, x);
        }
        """);

    [Fact]
    public void SeveralInputsAndOutputsMakeTuples()
    {
        var run = GeneratorHarness.Run("""
            [Cell]
            public sealed partial class Two(int units)
            {
                [State] Vec h = new(units);

                (Vec h, Vec y) Step(Vec start, [Size("units")] Vec sequence)
                {
                    h = Sigmoid(start) * h + sequence;
                    return (h, start - h);
                }

                public static (Tensor, Tensor) Use(Two cell, Tensor x, States begin)
                {
                    var (y, z) = cell.Forward(x, x);
                    ((y, z), States end) = cell.Forward(x, x, begin.Detach(), new Sequence { Reverse = true });
                    return (y, cell.RunEagerly(x, x).Length > 0 && cell.RunEagerly(x, x, end).Outputs.Length == 2 ? z : end.h);
                }
            }
            """);
        Assert.Empty(run.Complaints);
    }

    [Fact]
    public void ACellWithErrorsKeepsItsMembers()
    {
        var run = GeneratorHarness.Run("""
            [Cell]
            public sealed partial class Wrong(int units)
            {
                [Weight] readonly Mat w = new(units, units + 1);
                [State] Vec h = new(units);
                Vec Step(Vec x) => h = w * h + x;

                public static Tensor Use(Wrong cell, Tensor x)
                    => cell.Forward(x, cell.InitialStates(1).Detach(), new Sequence()).End.h + cell.Forward(x);
            }
            """);
        Assert.DoesNotContain(run.Complaints, d => d.Severity == DiagnosticSeverity.Error && d.Id != "CS0019");
        Assert.Contains("InvalidOperationException", run.Sources.Values.Single());
    }

    [Fact]
    public void ACellWithoutStepGivesNoErrorOfCSharp()
        => Assert.DoesNotContain(GeneratorHarness.Run("[Cell] public sealed partial class Without(int units) { [State] Vec h = new(units); }").Complaints,
            d => d.Severity == DiagnosticSeverity.Error);

    [Fact]
    public void HoverSaysHowEachStateRunsBesideWhatTheUserSays()
    {
        const string source = """
            /// <summary>Mine.</summary>
            [Cell] public partial class C(int units)
            {
                [State] Vec h = new(units), g = new(units);
                Vec Step(Vec x) { h = Where(x < 1 & x > 0, 0.5 * h, x); g = Tanh(g * h); return g; }
            }
            """;
        AssertClean(source);
        var cell = GeneratorHarness.Run(source).Compilation.GetTypeByMetadataName("C")!;
        var hover = XElement.Parse(cell.GetDocumentationCommentXml()!);
        Assert.Equal("Mine.", Assert.Single(hover.Elements("summary")).Value);
        Assert.Equal(string.Join('\n',
                "h is Diagonal and runs as a parallel scan: h' = Where(x < 1 & (x > 0), 0.5, 0) * h + Where(x < 1 & (x > 0), 0, x), its coefficients from inputs only.",
                "g is Pointwise and runs step by step: g' = Tanh(g * h) is nonlinear in g through Tanh(g * h), each channel depending on itself alone."),
            string.Join('\n', Assert.Single(hover.Elements("remarks")).Elements("para").Select(p => p.Value)));
        var states = XElement.Parse(cell.GetTypeMembers("States").Single().GetDocumentationCommentXml()!);
        Assert.Equal(["(batch, size); Diagonal, runs as a parallel scan.", "(batch, size); Pointwise, runs step by step."], states.Elements("param").Select(p => p.Value));
    }

    static void AssertClean(params string[] sources)
    {
        var run = GeneratorHarness.Run(sources);
        var options = run.Compilation.Options.WithWarningLevel(9999)
            .WithSpecificDiagnosticOptions([new("CS1591", ReportDiagnostic.Error)]).WithGeneralDiagnosticOption(ReportDiagnostic.Error);
        var trees = run.Compilation.SyntaxTrees.ToDictionary(
            t => t, t => t.WithRootAndOptions(t.GetRoot(), ((CSharpParseOptions)t.Options).WithDocumentationMode(DocumentationMode.Diagnose)));
        var compilation = run.Compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(trees.Values).WithOptions(options);
        var complaints = compilation.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning
            && d.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true).ToList();
        Assert.True(complaints.Count == 0, string.Join('\n', complaints) + "\n" + string.Join('\n', run.Sources.Values));
        run.Load();
    }
}
