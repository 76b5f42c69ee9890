using System.Runtime.InteropServices;

namespace Recurve.Distributed.Mpi;

/// <summary>
/// Ends the job where this rank cannot go on, which the others would wait for: an exception that nobody caught, an exit before the world was closed, a launcher that is gone.
/// The job of a rank that is killed is ended by the launcher.
/// </summary>
internal sealed partial class Watch : IDisposable
{
    static readonly TimeSpan every = TimeSpan.FromSeconds(1);

    readonly MpiCommunicator world;
    readonly PosixSignalRegistration ended;
    readonly Timer? timer;
    readonly int launcher;
    bool isEndedFromOutside;

    public Watch(MpiCommunicator world)
    {
        this.world = world;
        AppDomain.CurrentDomain.UnhandledException += OnException;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        ended = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => isEndedFromOutside = true);
        if (OperatingSystem.IsWindows()) return;
        launcher = Parent();
        timer = new(_ => LookForLauncher(), null, every, every);
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.UnhandledException -= OnException;
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        ended.Dispose();
        timer?.Dispose();
    }

    void OnException(object sender, UnhandledExceptionEventArgs e) => world.Abort(e.ExceptionObject.ToString() ?? "unhandled exception");

    void OnExit(object? sender, EventArgs e)
    {
        if (!isEndedFromOutside) world.Abort("the process exits, but its world was not closed.", Environment.ExitCode);
    }

    // nobody is left to end this process, and MPI may wait for ever
    void LookForLauncher()
    {
        if (Parent() == launcher) return;
        isEndedFromOutside = true;
        Console.Error.WriteLine($"rank {world.Rank} of {world.Size}: the process that started it is gone.");
        Environment.Exit(1);
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int Parent();
}
