using System.Text.Json;

namespace Recurve.Tool.Tests;

/// <summary><c>recurve plot</c>.</summary>
public sealed class PlotTests(ToolProcess tool) : IClassFixture<ToolProcess>
{
    [Fact]
    public void RunsAreComparedInNumbersAndCurves()
    {
        string a = Run("a", """{"iteration":1,"loss":3,"seconds":1}""", """{"iteration":2,"loss":1,"seconds":2}""", """{"iteration":3,"loss":2,"seconds":3}""");
        string b = Run("b", """{"iteration":1,"loss":"NaN"}""", """{"iteration":4,"loss":0.5,"val_accuracy":0.25}""");
        JsonElement runs = tool.Json("plot", a, b, "--html", tool.PathOf("runs.html")).GetProperty("runs");
        Assert.Equal(["a", "b"], runs.EnumerateArray().Select(r => r.GetProperty("name").GetString()));
        JsonElement loss = runs[0].GetProperty("metrics").GetProperty("loss");
        Assert.Equal((2, 3, 1, 2, 3), (Of(loss, "last"), Of(loss, "lastAt"), Of(loss, "least"), Of(loss, "leastAt"), Of(loss, "greatest")));
        Assert.Equal(0.5, Of(runs[1].GetProperty("metrics").GetProperty("loss"), "greatest"));
        Assert.Equal(JsonValueKind.Null, runs[0].GetProperty("metrics").GetProperty("val_accuracy").ValueKind);
        Assert.False(runs[0].GetProperty("metrics").TryGetProperty("seconds", out _));
        string page = File.ReadAllText(tool.PathOf("runs.html"));
        Assert.Equal(3, page.Split("<polyline").Length - 1);
        Assert.Contains(">val_accuracy<", page);

        var (exit, text, _) = tool.Run("plot", a, Path.Combine(b, "metrics.jsonl"), "--metric", "loss");
        Assert.Equal(0, exit);
        string[] lines = [.. text.Split('\n').Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        Assert.Contains("a 2 3 1 2 3", lines);
        Assert.Contains("b 0.5 4 0.5 4 0.5", lines);
        Assert.DoesNotContain("val_accuracy", text);
    }

    [Fact]
    public void MistakesAreNamed()
    {
        string run = Run("c", """{"iteration":1,"loss":3}""");
        tool.Fails(2, "no run has 'accuracy'; there are loss", "plot", run, "--metric", "accuracy");
        tool.Fails(2, "no run here", "plot", tool.PathOf("nowhere"));
        tool.Fails(2, "line 1 is not", "plot", Run("d", "not json"));
        tool.Fails(2, "Required argument missing", "plot");
    }

    string Run(string name, params string[] lines)
    {
        string folder = Directory.CreateDirectory(tool.PathOf(name)).FullName;
        File.WriteAllText(Path.Combine(folder, "metrics.jsonl"), string.Join('\n', lines) + "\n");
        return folder;
    }

    static double Of(JsonElement element, string name) => element.GetProperty(name).GetDouble();
}
