using System.Diagnostics;
using System.Globalization;

namespace Recurve;

/// <summary>
/// A training's progress: a bar that is rewritten in place on a terminal, a plain line now and then where the output is redirected. Without colours where the
/// environment variable <c>NO_COLOR</c> is set.
/// </summary>
public sealed class ConsoleProgress : IProgress<TrainingProgress>
{
    const int BarWidth = 24;

    static readonly TimeSpan onTerminal = TimeSpan.FromMilliseconds(100), redirected = TimeSpan.FromSeconds(5);

    readonly TextWriter output;
    readonly bool isTerminal, hasColor, hasUnicode;
    readonly Func<int> width;
    readonly Stopwatch sinceLast = new();

    /// <summary>Of the process's standard output.</summary>
    public ConsoleProgress()
        : this(
            Console.Out, !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb",
            string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")), Console.OutputEncoding.GetByteCount("━") > 1, () => Console.WindowWidth)
    {
    }

    internal ConsoleProgress(TextWriter output, bool isTerminal, bool hasColor, bool hasUnicode, Func<int> width)
        => (this.output, this.isTerminal, this.hasColor, this.hasUnicode, this.width) = (output, isTerminal, hasColor, hasUnicode, width);

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        // the first and the last are always shown
        if (sinceLast.IsRunning && !value.IsLast && sinceLast.Elapsed < (isTerminal ? onTerminal : redirected)) return;
        sinceLast.Restart();
        var text = Text(value);
        if (!isTerminal)
        {
            output.WriteLine($"iteration {text}");
            return;
        }
        var bar = Bar(value);
        var room = Math.Max(width() - 1 - (bar == "" ? 0 : BarWidth + 1), 0);
        // a longer line would wrap, and could not be rewritten
        output.Write($"\r{bar}{(text.Length > room ? text[..room] : text)}\e[K{(value.IsLast ? "\n" : "")}");
        output.Flush();
    }

    string Bar(TrainingProgress value)
    {
        if (value.MaxIterations is not { } last) return "";
        var done = (int)(BarWidth * Math.Min(value.Iteration, last) / last);
        string full = new(hasUnicode ? '━' : '#', done), rest = new(hasUnicode ? hasColor ? '━' : '─' : '.', BarWidth - done);
        return hasColor ? $"\e[36m{full}\e[90m{rest}\e[0m " : $"{full}{rest} ";
    }

    /// <summary>What matters most first: a terminal may cut the rest.</summary>
    static string Text(TrainingProgress value)
    {
        List<string> parts = [string.Create(CultureInfo.InvariantCulture, $"{value.Iteration}{(value.MaxIterations is { } last ? $"/{last}" : "")}")];
        if (value.Epoch is { } epoch) parts.Add(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch}"));
        parts.AddRange(value.Metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Key} {metric.Value:0.0000}")));
        if (value.Left is { } left && !value.IsLast) parts.Add(string.Create(CultureInfo.InvariantCulture, $"at most {(long)left.TotalHours}:{left:mm\\:ss} left"));
        parts.AddRange([string.Create(CultureInfo.InvariantCulture, $"{value.IterationsPerSecond:0.00} it/s"), value.Throughput.ToString()]);
        return string.Join("  ", parts);
    }
}
