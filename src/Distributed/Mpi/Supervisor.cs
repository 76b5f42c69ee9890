using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Recurve.Distributed.Mpi;

/// <summary>
/// MPICH's launcher kills all ranks as soon as one is dead, before any of them can say which, and itself names the process of any. So under it a program runs in a process of its own;
/// the one that the launcher started waits for it and, where it was killed, says so before it ends too.
/// </summary>
internal static class Supervisor
{
    const string Supervised = "RECURVE_SUPERVISED";
    const int FirstSignal = 128;

    /// <summary>Whether this process is to supervise another: it was started by MPICH's launcher, which connects it to itself by a descriptor, and not by a supervisor.</summary>
    public static bool IsNeeded(Func<string, string?> environment)
        => !OperatingSystem.IsWindows() && environment("PMI_FD") is not null && environment("SLURM_PROCID") is null && environment("PMI_SIZE") != "1" && environment(Supervised) is null;

    /// <summary>Runs this process's own command line in a second process, which inherits the connection to the launcher.</summary>
    /// <returns>Its exit code.</returns>
    public static int Run()
    {
        var (host, command) = (Environment.ProcessPath!, Environment.GetCommandLineArgs());
        // "dotnet program.dll arguments", or the program's own executable
        ProcessStartInfo start = new(host, Path.GetFileNameWithoutExtension(host) == "dotnet" ? command : command[1..]);
        start.Environment[Supervised] = "1";
        // what is sent to both, the program answers
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true);
        using var program = Process.Start(start)!;
        program.WaitForExit();
        if (program.ExitCode > FirstSignal)
        {
            Console.Error.WriteLine(
                $"rank {Environment.GetEnvironmentVariable("PMI_RANK")} of {Environment.GetEnvironmentVariable("PMI_SIZE")}: process {program.Id} was killed by signal {program.ExitCode - FirstSignal}.");
            Thread.Sleep(MpiCommunicator.LastWords);
        }
        return program.ExitCode;
    }
}
