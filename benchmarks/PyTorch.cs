using System.Diagnostics;
using System.Globalization;

namespace Recurve.Benchmarks;

/// <summary>peers/layers.py in its own process, if there is a Python with PyTorch.</summary>
static class PyTorch
{
    static readonly string? python = new[] { "python3", "/usr/bin/python3", "python" }.FirstOrDefault(p => Run(p, "-c", "import torch") is not null);

    /// <summary>Why it cannot be used; null if it can.</summary>
    public static string? Missing => python is null ? "PyTorch is not installed" : null;

    /// <summary>Seconds of the fastest way of writing a case, in the better of one and all threads, and which it was.</summary>
    public static (double Seconds, string Name) Best(string name, int steps, int batch, int units)
    {
        (double Seconds, string Name) best = (double.PositiveInfinity, "PyTorch failed");
        foreach (int threads in Timing.ThreadCounts)
        {
            string[] arguments = [Path.Combine(AppContext.BaseDirectory, "peers", "layers.py"), name, .. new[] { steps, batch, units, threads }.Select(n => n.ToString(CultureInfo.InvariantCulture))];
            foreach (string line in (Run(python!, arguments) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                string[] parts = line.Split(' ');
                double seconds = double.Parse(parts[1], CultureInfo.InvariantCulture);
                if (seconds < best.Seconds) best = (seconds, $"PyTorch {parts[0]}, {threads} thread{(threads == 1 ? "" : "s")}");
            }
        }
        return best;
    }

    /// <summary>Seconds of every state of a Legendre memory by convolution, in the better of one and all threads.</summary>
    public static double Convolution(int order, int steps, int batch) => Timing.ThreadCounts.Min(threads =>
    {
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "peers", "lmu.py"), .. new[] { order, steps, batch, threads }.Select(n => n.ToString(CultureInfo.InvariantCulture))];
        return Run(python!, arguments) is { } seconds ? double.Parse(seconds, CultureInfo.InvariantCulture) : double.PositiveInfinity;
    });

    // What it printed; null if it is not there or failed.
    static string? Run(string program, params string[] arguments)
    {
        try
        {
            ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using Process process = Process.Start(start)!;
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
