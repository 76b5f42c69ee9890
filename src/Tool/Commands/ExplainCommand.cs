using System.CommandLine;

namespace Recurve.Tool;

/// <summary><c>recurve explain</c>: what the compiler decided for each cell of a project.</summary>
static class ExplainCommand
{
    public static Command Create()
    {
        Argument<string> path = ProjectArguments.Path();
        Option<string[]> names = new("--cell") { Description = "Only this cell; may be repeated." };
        Option<string> svg = new("--svg") { Description = "Also draw the dependency graphs: a file that ends in .svg, for one cell, or a folder." };
        Option<string> configuration = ProjectArguments.Configuration();
        Option<bool> json = ProjectArguments.Json();
        Command command = new("explain", "Shows each cell's states with their class and why, the stages it runs in with their memory traffic, and its program.") { path, names, svg, configuration, json };
        command.Runs(parsed =>
        {
            if (ProjectArguments.Load(parsed.GetValue(path)!, parsed.GetValue(configuration)!) is not { } all) return Exit.Fault;
            CellInfo[] cells = [.. LoadedCell.Named(all, parsed.GetValue(names) ?? []).Select(c => c.Info)];
            if (parsed.GetValue(svg) is { } target) Draw(cells, target);
            if (parsed.GetValue(json)) Output.Json(new { Cells = cells });
            else foreach (CellInfo cell in cells) Write(cell);
            return Exit.Fine;
        });
        return command;
    }

    static void Write(CellInfo cell)
    {
        // the same lines as Info's own, in colour
        Output.Line(cell.Cell, "bold");
        foreach (StateInfo state in cell.States) Output.Line($"  {state.Name}: {state.Kind} because {state.Reason}", Colour(state.Kind));
        foreach (string stage in cell.Stages) Output.Line($"  · {stage}");
        Output.Line();
        foreach (string line in cell.Program.Split('\n')) Output.Line($"    {line}", "grey");
        Output.Line();
    }

    static void Draw(IReadOnlyList<CellInfo> cells, string target)
    {
        if (Path.GetExtension(target) == ".svg")
        {
            if (cells.Count != 1) throw new MistakeException($"{target} is one file, but there are {cells.Count} cells: name one with --cell, or a folder.");
            File.WriteAllText(target, cells[0].ToSvg());
            return;
        }
        Directory.CreateDirectory(target);
        foreach (CellInfo cell in cells) File.WriteAllText(Path.Combine(target, $"{cell.Cell}.svg"), cell.ToSvg());
    }

    static string Colour(RecurrenceKind kind) => kind switch
    {
        RecurrenceKind.FeedForward => "default",
        RecurrenceKind.Pointwise or RecurrenceKind.Coupled => "red",
        _ => "blue",
    };
}
