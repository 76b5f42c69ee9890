using System.Diagnostics;
using System.Runtime.InteropServices;
using Recurve.Kernels;

namespace Recurve.Benchmarks;

/// <summary>Medians of quiet repetitions: those in which the process really had its cores and was hardly interrupted.</summary>
static unsafe partial class Timing
{
    const int Enough = 25, Most = 400;

    /// <summary>Thread counts that are measured: one, and all.</summary>
    public static int[] ThreadCounts => Workers.Count == 1 ? [1] : [1, Workers.Count];

    /// <summary>Runs <paramref name="body"/> on each thread count of <see cref="ThreadCounts"/>, restoring the number afterwards.</summary>
    public static void ForThreads(Action<int> body)
    {
        int all = Workers.Count;
        foreach (int threads in ThreadCounts)
        {
            Workers.Count = threads;
            body(threads);
        }
        Workers.Count = all;
    }

    /// <summary>Seconds of one call.</summary>
    public static double Median(Action body, int threads, double warmUp = 0.4, double budget = 2)
    {
        Stopwatch clock = Stopwatch.StartNew();
        for (int i = 0; i < 2 || clock.Elapsed.TotalSeconds < warmUp; i++) body();
        List<double> quiet = [], all = [];
        clock.Restart();
        while (quiet.Count < Enough && all.Count < Most && (clock.Elapsed.TotalSeconds < budget || all.Count < 3))
        {
            (double cpu, long interruptions) = Usage();
            long start = Stopwatch.GetTimestamp();
            body();
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            (double cpuAfter, long interruptionsAfter) = Usage();
            all.Add(seconds);
            bool hadCores = cpuAfter - cpu >= 0.8 * threads * seconds;
            if (hadCores && interruptionsAfter - interruptions <= Math.Max(threads - 1, 20 * seconds)) quiet.Add(seconds);
        }
        quiet.Sort();
        all.Sort();
        // Never quiet: the tenth percentile is the best guess at what a quiet one would have been.
        return quiet.Count >= 3 ? quiet[quiet.Count / 2] : all[all.Count / 10];
    }

    /// <summary>Seconds of the fastest call of each of several bodies, called in turn.</summary>
    public static double[] Fastest(params Action[] bodies) => [.. InTurn(bodies, budget: 0.5).Select(seconds => seconds.Min())];

    /// <summary>Seconds of the median call of each of several bodies, called in turn.</summary>
    public static double[] Medians(params Action[] bodies)
        => [.. InTurn(bodies, budget: 2, warmUp: 1.5).Select(seconds => seconds.Order().ElementAt(seconds.Count / 2))];

    /// <summary>Seconds of calls in turn, so that whatever else the machine does meets all bodies alike. Each is called twice and measured once: it finds the caches as it leaves them.</summary>
    static List<double>[] InTurn(Action[] bodies, double budget, double warmUp = 0.05)
    {
        List<double>[] all = [.. bodies.Select(_ => new List<double>())];
        Stopwatch clock = Stopwatch.StartNew();
        for (int i = 0; i < 3 || clock.Elapsed.TotalSeconds < warmUp; i++) Array.ForEach(bodies, body => body());
        clock.Restart();
        for (int i = 0; i < Enough || clock.Elapsed.TotalSeconds < budget; i++)
        {
            for (int turn = 0; turn < bodies.Length; turn++)
            {
                // back and forth: nobody always follows the same one
                int b = i % 2 == 0 ? turn : bodies.Length - 1 - turn;
                bodies[b]();
                long start = Stopwatch.GetTimestamp();
                bodies[b]();
                all[b].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }
        return all;
    }

    // Processor seconds of the process, and how often it was interrupted where the system says.
    static (double Cpu, long Interruptions) Usage()
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            return (Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds, 0);
        }
        long* usage = stackalloc long[36];
        GetResourceUsage(0, usage);
        return (usage[0] + usage[2] + 1e-6 * (usage[1] + usage[3]), usage[15]);
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetResourceUsage(int who, long* usage);
}
