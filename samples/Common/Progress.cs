using System.Diagnostics;
using System.Globalization;

namespace Recurve.Samples;

/// <summary>A training's line of progress: rewritten in place on a terminal, a plain line now and then otherwise.</summary>
/// <param name="total">Iterations at most.</param>
/// <param name="limit">Time at most.</param>
/// <param name="stepsPerIteration">Steps of all sequences that an iteration sees.</param>
public sealed class Progress(int total, TimeSpan limit, long stepsPerIteration)
{
    static readonly TimeSpan onTerminal = TimeSpan.FromMilliseconds(200), redirected = TimeSpan.FromSeconds(5);
    readonly Stopwatch watch = Stopwatch.StartNew();
    readonly TimeSpan interval = Console.IsOutputRedirected ? redirected : onTerminal;
    TimeSpan next;
    int done;

    /// <summary>Time since the training began.</summary>
    public TimeSpan Elapsed => watch.Elapsed;

    /// <summary>Iterations per second since the training began (in this process).</summary>
    public double IterationsPerSecond => done / Math.Max(watch.Elapsed.TotalSeconds, 1e-9);

    /// <summary>Sequence steps per second: iterations × steps of an iteration.</summary>
    public double StepsPerSecond => IterationsPerSecond * stepsPerIteration;

    /// <summary>Counts an iteration and, when it is time, shows where the training stands.</summary>
    public void Report(int iteration, double loss, string score)
    {
        done++;
        if (watch.Elapsed < next) return;
        next = watch.Elapsed + interval;
        TimeSpan left = TimeSpan.FromSeconds(Math.Clamp((total - iteration) / IterationsPerSecond, 0, Math.Max((limit - watch.Elapsed).TotalSeconds, 0)));
        string line = string.Create(CultureInfo.InvariantCulture,
            $"iteration {iteration}/{total}  {IterationsPerSecond:0.00} it/s  {StepsPerSecond:N0} steps/s  loss {loss:0.0000}  {score}  at most {left:h\\:mm\\:ss} left");
        if (Console.IsOutputRedirected) Console.WriteLine(line);
        else Console.Write($"\r{line}\e[K");
    }

    /// <summary>Leaves the line of progress.</summary>
    public void End()
    {
        if (!Console.IsOutputRedirected) Console.WriteLine();
    }
}
