using Recurve.TestKit;

namespace Recurve.Generator.Tests.Incrementality;

/// <summary>A cell is read again whenever another file changes what its own means, and only then.</summary>
public class RememberedCellsTests
{
    const string Cell = """
        namespace App
        {
            [Cell] partial class C(int units)
            {
                [State] Vec h = new(units);
                Vec Step(Vec x) => h = Rate.Value * h + Shape.Of(x) * (Rate.Fast ? 1 : 2) + Silu(x);
            }
        }
        """;

    const string Rate = "namespace App { static class Rate { public const double Value = 0.5; public const bool Fast = true; } }";
    const string Shape = "namespace App { static class Shape { public static Vec Of(Vec v) => Tanh(v); } }";

    [Theory]
    [InlineData("a helper's body", 2, "Tanh(v)", "Sigmoid(v)")]
    [InlineData("a constant", 1, "0.5", "0.25")]
    [InlineData("a condition", 1, "true", "false")]
    [InlineData("a nearer class of that name", 3, "class Unrelated", "namespace App { static class Shape2 { } } class Vec")]
    [InlineData("a nearer function of that name", 3, "class Unrelated", "global using static App.Own; namespace App { static class Own { public static Vec Silu(Vec v) => v; } } class Unrelated")]
    [InlineData("a helper that is gone", 2, "Of(Vec v)", "Gone(Vec v)")]
    public void What_an_edit_elsewhere_changes_is_seen(string what, int file, string before, string after)
    {
        string[] sources = [Cell, Rate, Shape, "class Unrelated { int M() { return 1; } }"];
        var compilation = GeneratorHarness.Compile(sources);
        var driver = GeneratorHarness.Driver().RunGenerators(compilation);
        var first = Text(driver.GetRunResult());
        var tree = compilation.SyntaxTrees.Single(t => t.FilePath == $"Source{file}.cs");
        var edited = sources[file].Replace(before, after, StringComparison.Ordinal);
        compilation = compilation.ReplaceSyntaxTree(tree, GeneratorHarness.Tree(edited, $"Source{file}.cs"));
        var second = Text(driver.RunGenerators(compilation).GetRunResult());

        sources[file] = edited;
        var fresh = Text(GeneratorHarness.Driver().RunGenerators(GeneratorHarness.Compile(sources)).GetRunResult());
        Assert.True(second == fresh, $"{what}: an edit gave\n{second}\na fresh run\n{fresh}");
        Assert.True(second != first, $"{what} changed nothing:\n{second}");
    }

    [Fact]
    public void An_edit_of_a_body_that_no_cell_calls_reads_nothing()
    {
        var compilation = GeneratorHarness.Compile(Cell, Rate, Shape, "class Unrelated { int M() { return 1; } }");
        var before = Remembered(compilation);
        var tree = compilation.SyntaxTrees.Single(t => t.FilePath == "Source3.cs");
        compilation = compilation.ReplaceSyntaxTree(tree, GeneratorHarness.Tree("class Unrelated { int M() { var two = 2; return two; } }", "Source3.cs"));
        Assert.Same(before, Remembered(compilation));
        compilation = compilation.ReplaceSyntaxTree(
            compilation.SyntaxTrees.Single(t => t.FilePath == "Source2.cs"), GeneratorHarness.Tree(Shape.Replace("Tanh", "Sin"), "Source2.cs"));
        Assert.NotSame(before, Remembered(compilation));
    }

    static Generator.Frontend.ReadCell Remembered(Microsoft.CodeAnalysis.Compilation compilation)
    {
        var cell = compilation.GetTypeByMetadataName("App.C")!;
        return Generator.Frontend.RememberedCells.Read(cell, cell.DeclaringSyntaxReferences[0].GetSyntax(), compilation, default);
    }

    static string Text(Microsoft.CodeAnalysis.GeneratorDriverRunResult result)
        => string.Join('\n', result.Results.Single().GeneratedSources.Select(s => s.SourceText.ToString()));
}
