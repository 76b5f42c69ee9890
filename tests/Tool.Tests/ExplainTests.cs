using System.Text.Json;

namespace Recurve.Tool.Tests;

/// <summary><c>recurve explain</c> tells of every cell what its Info holds, in text, in JSON and as a picture.</summary>
public sealed class ExplainTests(ToolProcess tool) : IClassFixture<ToolProcess>
{
    static CellInfo[] Zoo { get; } =
    [
        .. typeof(Recurve.Cells.MinGru).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(CellModule)))
            .Select(t => (CellInfo)t.GetProperty("Info")!.GetValue(null)!).OrderBy(i => i.Cell, StringComparer.Ordinal),
    ];

    [Fact]
    public void EveryCellOfAProjectInTextAndPicture()
    {
        string pictures = tool.PathOf("pictures");
        var (exit, output, error) = tool.Run("explain", ToolProcess.Cells, "--configuration", ToolProcess.Configuration, "--svg", pictures);
        Assert.True(exit == 0, error);
        Assert.DoesNotContain('\e', output);
        Assert.Equal(Zoo.Select(i => $"{i}\n\n{string.Concat(i.Program.Split('\n').Select(l => $"    {l}\n"))}\n"), Blocks(output));
        Assert.Equal(Zoo.Select(i => $"{i.Cell}.svg"), Directory.GetFiles(pictures).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(Zoo, i => Assert.Equal(i.ToSvg(), File.ReadAllText(Path.Combine(pictures, $"{i.Cell}.svg"))));
    }

    [Fact]
    public void SomeCellsAsJson()
    {
        JsonElement cells = tool.Json("explain", ToolProcess.BuiltCells, "--cell", "Lstm", "--cell", "MinGru").GetProperty("cells");
        Assert.Equal(["Lstm", "MinGru"], cells.EnumerateArray().Select(c => c.GetProperty("cell").GetString()));
        CellInfo lstm = Recurve.Cells.Lstm.Info;
        Assert.Equal(lstm.States.Select(s => $"{s.Name} {s.Kind} {s.Strategy} {s.Reason}"), cells[0].GetProperty("states").EnumerateArray()
            .Select(s => $"{s.GetProperty("name")} {s.GetProperty("kind")} {s.GetProperty("strategy")} {s.GetProperty("reason")}"));
        Assert.Equal(lstm.Stages, cells[0].GetProperty("stages").EnumerateArray().Select(s => s.GetString()!));
        Assert.Equal(lstm.Dependencies, cells[0].GetProperty("dependencies").EnumerateArray()
            .Select(d => new Dependency(d.GetProperty("from").GetString()!, d.GetProperty("to").GetString()!, Enum.Parse<DependencyKind>(d.GetProperty("kind").GetString()!))));
    }

    [Fact]
    public void ASourceFileByItselfAndWhatIsWrongWithIt()
    {
        const string cell = """
            using Recurve;
            using static Recurve.Functions;

            [Cell]
            public sealed partial class Alone(int inputs, int units)
            {
                [Weight] readonly Mat w = new(units, inputs);
                [State] Vec h = new(units);

                Vec Step(Vec x) => h = Tanh(w * x + h);
            }
            """;
        string file = tool.WithFile("Alone.cs", cell);
        var (exit, output, error) = tool.Run("explain", file, "--svg", tool.PathOf("alone.svg"));
        Assert.True(exit == 0, error);
        Assert.StartsWith("Alone\n  h: Pointwise because h' = Tanh(w * x + h) is nonlinear in h", output);
        Assert.Contains("warning RCV1001", error);
        Assert.Contains("class=\"nonlinear\"", File.ReadAllText(tool.PathOf("alone.svg")));

        tool.Fails(1, "error RCV2001", "explain", tool.WithFile("Broken.cs", cell.Replace("Tanh(w * x + h)", "x == h ? x : h")));
    }

    [Fact]
    public void MistakesAreNamed()
    {
        tool.Fails(2, "no such project", "explain", tool.PathOf("nowhere"));
        tool.Fails(2, "no project", "explain", Directory.CreateDirectory(tool.PathOf("empty")).FullName);
        tool.Fails(2, "no cell 'Nobody'; there are AntisymmetricRnn, ", "explain", ToolProcess.BuiltCells, "--cell", "Nobody");
        tool.Fails(2, "--sgv", "explain", ".", "--sgv", "x");
    }

    // a cell's block begins where a line is not indented
    static IEnumerable<string> Blocks(string output)
    {
        List<string> blocks = [];
        foreach (string line in output.Split('\n')[..^1])
        {
            if (line.Length > 0 && line[0] != ' ') blocks.Add("");
            blocks[^1] += $"{line}\n";
        }
        return blocks;
    }
}
