using Recurve.Generator.IR;
using Recurve.Generator.Tests.Emit;
using Recurve.Generator.Transform;
using Recurve.TestKit;

namespace Recurve.Generator.Tests.Stages;

/// <summary>What each pass makes of a handful of cells, to be read.</summary>
public sealed class StageTests
{
    public static TheoryData<string> Names => ["MinGru", "GilrLstm", "GilrPart", "Lstm", "Fsmn", "SruV2", "Lru", "Mamba"];

    [Theory, MemberData(nameof(Names))]
    public void Passes(string name)
    {
        var passes = Of(name);
        Snapshot(string.Join("\n\n",
            "Body\n" + SpecPrinter.Print(passes.Spec),
            "Simplified\n" + Printer.Print(passes.Program),
            "Groups\n" + string.Join('\n', passes.Classification.Groups.Select(g => $"{string.Join(", ", g.States.Select(s => s.Name))}: {g.Kind} because {g.Reason}")),
            "Plan\n" + string.Join('\n', PlanPrinter.Lines(passes.Plan)),
            string.Join("\n\n", passes.Adjoints.Select(a => $"Region {a.Kernel.Name}\n{Region(a.Kernel, a.Adjoint)}"))) + "\n", "txt", name);
    }

    [Theory, MemberData(nameof(Names))]
    public void Source(string name) => Snapshot(CellCompiler.Compile(Of(name).Spec).Source, "cs", name);

    [Fact]
    public void EveryCellCompilesTwiceToTheSameText()
    {
        foreach (var (name, _) in Cells.All)
        {
            Assert.Equal(CellCompiler.Compile(Of(name).Spec).Source, CellCompiler.Compile(Of(name).Spec).Source);
        }
    }

    static Passes Of(string name)
        => Generator.Passes.Of(GeneratorHarness.Spec(Cells.Source(name), $"Recurve.Cells.{name}", Cells.Parts(name))) ?? throw new ArgumentException($"{name} has errors");

    static string Region(Kernel kernel, AdjointRegion adjoint)
    {
        var (region, roots) = (kernel.Region, new List<(string, Value?)>());
        roots.AddRange(region.Next.Select((v, i) => ($"{region.Old[i].Name}'", (Value?)v)));
        roots.AddRange(region.Outputs.Select((v, i) => ($"output {i}", (Value?)v)));
        roots.AddRange(adjoint.Delta.Select((v, i) => ($"δ {region.Old[i].Name}", v)));
        roots.AddRange(adjoint.Streams.Select((v, i) => ($"adjoint of {region.Streams[i].Name}", v)));
        return Printer.Print(roots);
    }

    static void Snapshot(string text, string extension, string of, [System.Runtime.CompilerServices.CallerFilePath] string file = "",
        [System.Runtime.CompilerServices.CallerMemberName] string method = "")
        => TestKit.Snapshots.Verify(text, extension, of, file, method);
}
