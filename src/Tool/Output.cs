using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Recurve.Tool;

/// <summary>The tool's own output: coloured on a terminal that wants it (NO_COLOR says no), plain and unwrapped where it is redirected.</summary>
static class Output
{
    static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    public static IAnsiConsole Console { get; } = Create();

    /// <summary>A line in a style, which is never wrapped or read as markup.</summary>
    public static void Line(string text = "", string style = "default")
        => Console.Write(new Text(text + "\n", Style.Parse(style)) { Overflow = Overflow.Fold });

    /// <summary>One document on standard output.</summary>
    public static void Json(object value) => System.Console.Out.WriteLine(JsonSerializer.Serialize(value, json));

    /// <summary>Rows under heads.</summary>
    public static void Table(IEnumerable<string> heads, IEnumerable<IEnumerable<string>> rows)
    {
        Table table = new() { Border = TableBorder.None };
        foreach (string head in heads) table.AddColumn(new TableColumn(new Text(head, Style.Parse("bold"))).NoWrap());
        foreach (IEnumerable<string> row in rows) table.AddRow([.. row.Select(cell => new Text(cell))]);
        Console.Write(table);
    }

    static IAnsiConsole Create()
    {
        bool plain = System.Console.IsOutputRedirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
        IAnsiConsole console = AnsiConsole.Create(plain ? new() { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors } : new());
        // a file has no width: nothing is to be wrapped in it
        if (System.Console.IsOutputRedirected) console.Profile.Width = 10_000;
        return console;
    }
}
