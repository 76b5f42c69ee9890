using System.Runtime.InteropServices;
using Recurve.Kernels;

namespace Recurve.Distributed.Mpi;

/// <summary>Divides a machine's processors among its ranks, unless RECURVE_THREADS says otherwise. Results do not depend on the number of threads.</summary>
internal static partial class Processors
{
    const int Online = 84; // _SC_NPROCESSORS_ONLN of Linux

    /// <summary>A launcher may have bound this process to its share already: then it sees no more processors than that.</summary>
    public static void Share(int ranksHere)
    {
        if (Environment.GetEnvironmentVariable("RECURVE_THREADS") is { Length: > 0 }) return;
        var all = OperatingSystem.IsLinux() ? (int)SystemConfiguration(Online) : Environment.ProcessorCount;
        Workers.Count = Math.Min(Environment.ProcessorCount, all / ranksHere);
    }

    [LibraryImport("libc", EntryPoint = "sysconf")]
    private static partial long SystemConfiguration(int name);
}
