using System.Diagnostics;
using System.Globalization;

namespace Recurve.Gpu;

/// <summary>
/// peers/gpu.py in a process for each cell, if there is a Python with PyTorch that sees the card. All compile at once, most of what they do; then each waits to be asked, so that
/// what is measured has the card to itself.
/// </summary>
sealed class Peers : IDisposable
{
    // seconds that a way of writing a cell may take until it has run once
    const string Limit = "120";
    const string Ready = "ready";

    readonly Dictionary<string, (Process Process, Task<string> Errors)> programs = [];

    /// <summary>Starts those of some cells, and waits until they are ready.</summary>
    public Peers(IEnumerable<(string Cell, Shape[] Shapes)> cells)
    {
        string? python = new[] { "python3", "python" }.FirstOrDefault(p => Machine.Run(p, ["-c", "import torch; assert torch.cuda.is_available()"], _ => { }) == 0);
        if (python is null)
        {
            WhyNot = "there is no Python with a PyTorch that sees the card";
            return;
        }
        foreach (var (cell, shapes) in cells)
        {
            string[] arguments = [Path.Combine(AppContext.BaseDirectory, "peers", "gpu.py"), cell, Limit, .. shapes.Select(s => s.ToString())];
            Process process = Process.Start(new ProcessStartInfo(python, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
            programs[cell] = (process, process.StandardError.ReadToEndAsync());
        }
        foreach (var (cell, (process, errors)) in programs)
            if (process.StandardOutput.ReadLine() != Ready) Rows.Add([cell, "", "PyTorch", errors.Result.Trim().Split('\n')[^1], ""]);
    }

    /// <summary>Why there are none; null: there are.</summary>
    public string? WhyNot { get; }

    /// <summary>Everything that was measured, or why it was not: cell, shape, peer, forward, both.</summary>
    public List<string[]> Rows { get; } = [];

    /// <summary>Seconds of the fastest of a cell at each shape, each with its name; no entry where there is none.</summary>
    public IReadOnlyDictionary<string, Fastest> Measure(string cell)
    {
        Dictionary<string, Fastest> fastest = [];
        if (!programs.Remove(cell, out var program)) return fastest;
        using Process process = program.Process;
        // one that ended before it was ready reads nothing more
        if (!process.HasExited) process.StandardInput.WriteLine();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.Split('\t') is not [var shape, var name, var forward, .. var rest]) continue;
            string both = rest.FirstOrDefault("");
            Fastest before = fastest.GetValueOrDefault(shape);
            fastest[shape] = new(Faster(before.Forward, forward, name), Faster(before.Both, both, name));
            Rows.Add([cell, shape, name, Milliseconds(forward), Milliseconds(both)]);
        }
        return fastest;
    }

    public void Dispose()
    {
        foreach (var (process, _) in programs.Values)
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
        }
    }

    static (double Seconds, string Name)? Faster((double Seconds, string Name)? before, string time, string name)
        => Seconds(time) is { } seconds && !(before?.Seconds <= seconds) ? (seconds, name) : before;

    static double? Seconds(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out double seconds) ? seconds : null;

    // a time, or why there is none
    static string Milliseconds(string text) => Seconds(text) is { } seconds ? (1e3 * seconds).ToString("F3", CultureInfo.InvariantCulture) : text;

    /// <summary>The fastest in each of the two passes, and who that was.</summary>
    public readonly record struct Fastest((double Seconds, string Name)? Forward, (double Seconds, string Name)? Both);
}
