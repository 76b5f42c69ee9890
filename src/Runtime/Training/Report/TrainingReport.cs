using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Recurve;

/// <summary>report.html of a training.</summary>
internal static class TrainingReport
{
    const string Measured = "#b9cbe4", Smoothed = "#1f6fc4", Validated = "#d2691e";
    const int RateWindows = 200;

    public static void Write(string path, Trainer trainer, TrainerOptions options, Optimizer optimizer, Device device, string result, IReadOnlyList<ReportSection> sections)
        => HtmlReport.Write(
            path, options.Title ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Folder!))), result,
            [
                .. sections,
                ReportSection.Of("Curves", Names(trainer.History).Select(name => OfMetric(trainer.History, name))),
                ReportSection.Of("Throughput and memory", Throughput(trainer.History), Simple(trainer.History, HistoryNames.Memory, "memory of tensors, MiB")),
                ReportSection.Of("Optimizer", Simple(trainer.History, HistoryNames.LearningRate, "learning rate"), Simple(trainer.History, HistoryNames.GradientNorm, "norm of the gradient before clipping")),
                ReportSection.Table("Options", Resolved(options, optimizer, device)),
                .. trainer.Cells.Select(Decisions),
            ]);

    /// <summary>Who reads whom in a cell, how each state runs and why.</summary>
    static ReportSection Decisions(CellInfo cell)
        => new($"What the compiler decided: {cell.Cell}", ReportSection.Svg("", cell.ToSvg()).Html + ReportSection.Text("", cell.ToString()).Html);

    /// <summary>The loss and what was logged, each together with its validation.</summary>
    static IEnumerable<string> Names(History history) => history.Names
        .Where(n => n is not (HistoryNames.Seconds or HistoryNames.LearningRate or HistoryNames.GradientNorm or HistoryNames.Epoch or HistoryNames.Memory))
        .Select(n => n.StartsWith(HistoryNames.Validation, StringComparison.Ordinal) ? n[HistoryNames.Validation.Length..] : n).Distinct();

    static Chart OfMetric(History history, string name)
    {
        string validation = HistoryNames.Validation + name;
        List<Curve> curves = [];
        if (history[name].Count > 0) curves.AddRange([new("", Points(history[name]), Measured, 1), new(name, Smooth(history[name]), Smoothed)]);
        if (history[validation].Count > 0) curves.Add(new(validation, Points(history[validation]), Validated));
        return new(name, HistoryNames.Iteration, curves);
    }

    static Chart Simple(History history, string name, string title) => new(title, HistoryNames.Iteration, [new("", Points(history[name]), Smoothed)]);

    static (double X, double Y)[] Points(IReadOnlyList<HistoryPoint> points) => [.. points.Select(p => ((double)p.Iteration, p.Value))];

    /// <summary>Iterations per second, over windows of rows.</summary>
    static Chart Throughput(History history)
    {
        var seconds = history[HistoryNames.Seconds];
        var window = Math.Max(1, seconds.Count / RateWindows);
        List<(double X, double Y)> rates = [];
        for (var i = window; i < seconds.Count; i += window)
        {
            var time = seconds[i].Value - seconds[i - window].Value;
            if (time > 0) rates.Add((seconds[i].Iteration, (seconds[i].Iteration - seconds[i - window].Iteration) / time));
        }
        return new("iterations per second", HistoryNames.Iteration, [new("", rates, Smoothed)]);
    }

    /// <summary>Exponential moving average, bias-corrected, over about a thirtieth of the points.</summary>
    static IReadOnlyList<(double X, double Y)> Smooth(IReadOnlyList<HistoryPoint> points)
    {
        double keep = 1 - 1 / Math.Max(points.Count / 30.0, 1), mean = 0, weight = 0;
        return [.. points.Where(p => double.IsFinite(p.Value)).Select(p =>
        {
            (mean, weight) = (keep * mean + (1 - keep) * p.Value, keep * weight + (1 - keep));
            return ((double)p.Iteration, mean / weight);
        })];
    }

    static IEnumerable<(string Name, string Value)> Resolved(TrainerOptions options, Optimizer optimizer, Device device)
    {
        using var process = Process.GetCurrentProcess();
        (string, string?)[] all =
        [
            .. options.HyperParameters.Select(h => (h.Name, (string?)h.Value)),
            ("optimizer", optimizer.GetType().Name),
            ("numbers that are trained", Text($"{optimizer.Parameters.Sum(p => p.Value.Length):N0}")),
            ("schedule", options.Schedule?.GetType().Name),
            ("largest norm of the gradient", Text(options.MaxGradientNorm)),
            ("iterations at most", Text(options.MaxIterations)),
            ("epochs at most", Text(options.MaxEpochs)),
            ("time at most", options.MaxTime?.ToString()),
            ("early stopping", options.EarlyStopping is { } e ? Text($"{e.Monitor}, {e.Better} by more than {e.MinDelta}, patience {e.Patience}") : null),
            ("seed", Text($"{options.Seed}")),
            ("device", device.Name),
            ("processor", Text($"{RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} threads, {RuntimeInformation.FrameworkDescription}")),
            ("process memory at its peak", Text($"{process.PeakWorkingSet64 / (1 << 20)} MiB")),
        ];
        return all.Where(o => o.Item2 is not null).Select(o => (o.Item1, o.Item2!));
    }

    static string? Text<T>(T? value) where T : struct => value is null ? null : Convert.ToString(value, CultureInfo.InvariantCulture);

    static string Text(FormattableString text) => FormattableString.Invariant(text);
}
