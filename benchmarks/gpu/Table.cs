namespace Recurve.Gpu;

/// <summary>What is found, in Markdown: on the screen and in a file, line by line, so that nothing is lost when a run is cut short.</summary>
sealed class Table(string path) : IDisposable
{
    readonly StreamWriter file = new(path) { AutoFlush = true };

    /// <summary>A line of text.</summary>
    public void Line(string text = "")
    {
        Console.WriteLine(text);
        file.WriteLine(text);
    }

    /// <summary>A heading and the names of columns.</summary>
    public void Section(string name, params string[] columns)
    {
        Line();
        Line($"### {name}");
        Line();
        Row(columns);
        Line($"|{string.Concat(columns.Select(_ => "---|"))}");
    }

    /// <summary>A row of the table.</summary>
    public void Row(params string[] cells) => Line($"| {string.Join(" | ", cells)} |");

    public void Dispose() => file.Dispose();
}
