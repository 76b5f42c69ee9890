using System.CommandLine;
using System.Globalization;

namespace Recurve.Tool;

/// <summary><c>recurve plot</c>: runs beside each other, from their histories.</summary>
static class PlotCommand
{
    const string HistoryFile = "metrics.jsonl";

    static readonly string[] colors = ["#1f6fc4", "#d2691e", "#2e8b57", "#8a2be2", "#b22222", "#008b8b", "#b8860b", "#c71585", "#556b2f", "#4b4b8f"];

    public static Command Create()
    {
        Argument<string[]> paths = new("run") { Description = $"Folders of runs, or their {HistoryFile}.", Arity = ArgumentArity.OneOrMore };
        Option<string[]> names = new("--metric") { Description = "Only this number, such as loss; may be repeated." };
        Option<string> html = new("--html") { Description = "Also write a page with the curves." };
        Option<bool> json = ProjectArguments.Json();
        Command command = new("plot", "Compares runs: the last and the least value of each number, and curves over each other.") { paths, names, html, json };
        command.Runs(parsed =>
        {
            Run[] runs = [.. parsed.GetValue(paths)!.Select(Run.Read)];
            string[] metrics = Metrics(runs, parsed.GetValue(names) ?? []);
            if (parsed.GetValue(html) is { } page) Draw(page, runs, metrics);
            if (parsed.GetValue(json)) Output.Json(new { Runs = runs.Select(r => new { r.Name, r.Iterations, Metrics = metrics.ToDictionary(m => m, r.Summary) }) });
            else Write(runs, metrics);
            return Exit.Fine;
        });
        return command;
    }

    // bookkeeping is no measurement
    static string[] Metrics(IReadOnlyList<Run> runs, IReadOnlyList<string> asked)
    {
        string[] known = [.. runs.SelectMany(r => r.History.Names).Distinct()];
        foreach (string name in asked)
            if (!known.Contains(name)) throw new MistakeException($"no run has '{name}'; there are {string.Join(", ", known)}.");
        return asked.Count > 0 ? [.. asked]
            : [.. known.Where(n => n is not (HistoryNames.Seconds or HistoryNames.Epoch or HistoryNames.Memory or HistoryNames.LearningRate or HistoryNames.GradientNorm))];
    }

    static void Write(IReadOnlyList<Run> runs, IReadOnlyList<string> metrics)
    {
        foreach (string metric in metrics)
        {
            Output.Line(metric, "bold");
            Output.Table(["run", "last", "at", "least", "at", "greatest"], runs.Where(r => r.Summary(metric) is not null).Select(r =>
            {
                Summary s = r.Summary(metric)!;
                return (string[])[r.Name, Text(s.Last), Text(s.LastAt), Text(s.Least), Text(s.LeastAt), Text(s.Greatest)];
            }));
            Output.Line();
        }
    }

    static void Draw(string path, IReadOnlyList<Run> runs, IReadOnlyList<string> metrics) => HtmlReport.Write(
        path, "Runs", string.Join(", ", runs.Select(r => r.Name)),
        ReportSection.Of("Curves", metrics.Select(metric => new Chart(
            metric, HistoryNames.Iteration, [.. runs.Select((r, i) => new Curve(r.Name, [.. r.History[metric].Select(p => ((double)p.Iteration, p.Value))], colors[i % colors.Length]))]))));

    static string Text(double number) => number.ToString("G5", CultureInfo.InvariantCulture);

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A number of a run, over its iterations; extremes are of finite values.</summary>
    sealed record Summary(double Last, long LastAt, double Least, long LeastAt, double Greatest);

    sealed record Run(string Name, History History)
    {
        public long Iterations => History.Iterations is [.., var last] ? last : 0;

        public static Run Read(string path)
        {
            string file = Directory.Exists(path) ? Path.Combine(path, HistoryFile) : path;
            if (!File.Exists(file)) throw new MistakeException($"{path}: no run here (there is no {file}).");
            return new(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(file))!))), History.Read(file));
        }

        public Summary? Summary(string metric)
        {
            IReadOnlyList<HistoryPoint> points = History[metric];
            if (points.Count == 0) return null;
            HistoryPoint[] finite = [.. points.Where(p => double.IsFinite(p.Value)).DefaultIfEmpty(points[^1])];
            HistoryPoint least = finite.MinBy(p => p.Value);
            return new(points[^1].Value, points[^1].Iteration, least.Value, least.Iteration, finite.Max(p => p.Value));
        }
    }
}
