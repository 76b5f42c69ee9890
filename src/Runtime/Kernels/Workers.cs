using System.Globalization;
using System.Runtime.ExceptionServices;

namespace Recurve.Kernels;

/// <summary>
/// Runs numbered tasks on all cores. Callers divide work by shape only, and a task's subnormal numbers are its caller's, so results never depend on how many threads there are.
/// </summary>
/// <remarks>
/// A claim is one compare-and-swap on the number of tasks left. The caller waits for claimed tasks, not for threads, so a thread
/// that wakes late costs nothing. Threads spin shortly between launches, then park.
/// </remarks>
static class Workers
{
    const int SpinsBeforeParking = 2000;

    static readonly Lock gate = new();
    static readonly List<Worker> workers = [];

    [ThreadStatic] static bool inside;

    static Action<int>? body;
    static int tasks, left, completed, participants;
    static bool flushesSubnormals;
    static ExceptionDispatchInfo? failure;

    /// <summary>Threads used, the caller's among them: RECURVE_THREADS, or the number of processors.</summary>
    public static int Count { get; set => field = Math.Max(1, value); } = FromEnvironment();

    /// <summary>Whether the calling thread runs a task; what it would divide, it does alone.</summary>
    public static bool IsInTask => inside;

    /// <summary>
    /// Calls <paramref name="body"/> once for each number in [0, <paramref name="tasks"/>) and returns when all are done.
    /// Calls from inside a task, and calls while another thread's are running, run on the calling thread.
    /// </summary>
    /// <exception cref="Exception">The first exception of a task, after all tasks are done.</exception>
    public static void For(int tasks, Action<int> body)
    {
        if (tasks <= 1 || Count == 1 || inside || !gate.TryEnter())
        {
            for (int i = 0; i < tasks; i++) body(i);
            return;
        }
        try
        {
            Launch(tasks, body);
        }
        finally
        {
            gate.Exit();
        }
    }

    static void Launch(int count, Action<int> action)
    {
        int helpers = Math.Min(Count, count) - 1;
        while (workers.Count < helpers) workers.Add(new Worker(workers.Count));
        body = action;
        tasks = count;
        completed = 0;
        failure = null;
        flushesSubnormals = Subnormals.AreFlushed;
        Volatile.Write(ref participants, helpers);
        Interlocked.Exchange(ref left, count);
        for (int i = 0; i < helpers; i++) workers[i].Wake();

        RunTasks();
        SpinWait spin = default;
        while (Volatile.Read(ref completed) < count) spin.SpinOnce(-1);
        body = null;
        failure?.Throw();
    }

    static void RunTasks()
    {
        inside = true;
        int seen;
        while ((seen = Volatile.Read(ref left)) > 0)
        {
            if (Interlocked.CompareExchange(ref left, seen - 1, seen) != seen) continue;

            // From here to the increment this launch cannot end, so its fields stand still.
            try
            {
                Subnormals.AreFlushed = flushesSubnormals;
                body!(tasks - seen);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
            }
            Interlocked.Increment(ref completed);
        }
        inside = false;
    }

    static int FromEnvironment()
    {
        string? asked = Environment.GetEnvironmentVariable("RECURVE_THREADS");
        if (string.IsNullOrEmpty(asked)) return Environment.ProcessorCount;
        if (int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is > 0 and <= 1024) return count;
        throw new ArgumentException($"RECURVE_THREADS must be a number of threads from 1 to 1024, but is '{asked}'.");
    }

    sealed class Worker
    {
        readonly AutoResetEvent wakeUp = new(false);
        readonly int index;
        int parked;

        public Worker(int index)
        {
            this.index = index;
            new Thread(Run) { IsBackground = true, Name = $"Recurve worker {index}" }.Start();
        }

        bool HasWork => index < Volatile.Read(ref participants) && Volatile.Read(ref left) > 0;

        public void Wake()
        {
            if (Interlocked.Exchange(ref parked, 0) == 1) wakeUp.Set();
        }

        void Run()
        {
            Subnormals.Begin();
            while (true)
            {
                int spins = 0;
                while (!HasWork && spins++ < SpinsBeforeParking) Thread.SpinWait(10);
                if (HasWork) RunTasks();
                else Park();
            }
        }

        void Park()
        {
            Interlocked.Exchange(ref parked, 1);

            // Work published before the exchange has seen parked = 0 and sets no event; work published after it does.
            if (HasWork && Interlocked.Exchange(ref parked, 0) == 1) return;
            wakeUp.WaitOne();
        }
    }
}
