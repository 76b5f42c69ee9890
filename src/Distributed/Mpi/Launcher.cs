using System.Globalization;

namespace Recurve.Distributed.Mpi;

/// <summary>What started this process, as it says in the environment.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Ranks">How many processes it says it started; null: it does not say.</param>
/// <param name="RanksHere">How many of them on this machine; null: it does not say.</param>
/// <param name="Libraries">File names of its MPI library, the likeliest first.</param>
internal sealed record Launcher(string Name, int? Ranks, int? RanksHere, string[] Libraries)
{
    /// <summary>Names another library: a file or a path.</summary>
    public const string LibraryVariable = "RECURVE_MPI";

    static readonly string[] OpenMpi = OperatingSystem.IsMacOS() ? ["libmpi.40.dylib", "libmpi.dylib"] : ["libmpi.so.40", "libmpi.so.80", "libmpi.so"];

    static readonly string[] Mpich = OperatingSystem.IsWindows() ? ["msmpi.dll", "impi.dll"]
        : OperatingSystem.IsMacOS() ? ["libmpi.12.dylib", "libmpich.dylib"] : ["libmpich.so.12", "libmpi.so.12", "libmpi_abi.so.0", "libmpich.so"];

    /// <summary>The launcher of a process with this environment; null: it was started alone.</summary>
    public static Launcher? Of(Func<string, string?> environment)
    {
        int? Number(string name) => int.TryParse(environment(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
        Launcher? found = Number("OMPI_COMM_WORLD_SIZE") is { } ranks ? new("mpirun of Open MPI", ranks, Number("OMPI_COMM_WORLD_LOCAL_SIZE"), [.. OpenMpi, .. Mpich])
            : Number("PMI_RANK") is not null ? new("mpirun of MPICH", Number("PMI_SIZE"), Number("MPI_LOCALNRANKS"), [.. Mpich, .. OpenMpi])
            : Number("PMIX_RANK") is not null ? new("a PMIx launcher", null, null, [.. OpenMpi, .. Mpich])
            : null;
        return found is not null && environment(LibraryVariable) is { Length: > 0 } named ? found with { Libraries = [named] } : found;
    }
}
