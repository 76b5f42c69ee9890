using System.Globalization;
using Microsoft.CodeAnalysis;
using Recurve.Generator.Diagnostics.Analyzers;
using Recurve.Generator.Frontend;
using Recurve.Generator.Model;
using Recurve.TestKit;

namespace Recurve.Generator.Tests.Diagnostics;

/// <summary>RCV9001: a fault of the compiler's own, provoked by a model that no source gives, is one message and a stub, and never an exception.</summary>
public class InternalErrorTests
{
    const string Source = "[Cell] partial class C(int units) { [State] Vec h = new(units); Vec Step(Vec x) => h = Tanh(x); }";

    static CellSpec Broken(CellSpec spec) => spec with { Body = new(spec.Body.Select(i => i.Op == "Tanh" ? i with { Op = "NoSuchOp" } : i)) };

    [Fact]
    public void The_generator_emits_a_stub_and_says_which_cell()
    {
        var compiled = CellGenerator.Compile(new("C", Broken(GeneratorHarness.Spec(Source, "C"))), default);
        Assert.Contains("NoSuchOp", compiled.Failure, StringComparison.Ordinal);
        var stub = GeneratorHarness.Tree(compiled.Source, "Stub.g.cs");
        var complaints = GeneratorHarness.Compile(Source).AddSyntaxTrees(stub).GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error);
        Assert.Empty(complaints);
        Assert.Contains("throw new global::System.InvalidOperationException", compiled.Source, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_analyzer_says_it_at_the_class(bool whileReading)
    {
        var reading = GeneratorHarness.Read(Source, "C");
        var cell = GeneratorHarness.Compile(Source).GetTypeByMetadataName("C")!;
        var said = new List<Diagnostic>();
        CellAnalyzer.Report(cell, () => whileReading ? throw new InvalidOperationException("NoSuchOp") : reading with { Spec = Broken(reading.Spec!) }, said.Add);
        var failure = Assert.Single(said);
        Assert.Equal("RCV9001", failure.Id);
        Assert.Equal("C", Source.Substring(failure.Location.SourceSpan.Start, failure.Location.SourceSpan.Length));
        Assert.Contains("NoSuchOp", failure.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_reading_is_no_failure()
        => Assert.Throws<OperationCanceledException>(() => CellAnalyzer.Report(
            GeneratorHarness.Compile(Source).GetTypeByMetadataName("C")!, () => throw new OperationCanceledException(), _ => { }));
}
