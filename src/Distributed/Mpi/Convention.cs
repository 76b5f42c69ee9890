using System.Runtime.InteropServices;

namespace Recurve.Distributed.Mpi;

/// <summary>
/// What an MPI library's handles and constants are. MPI fixes functions but, before MPI-5, no binary interface: Open MPI's handles are addresses of its own
/// symbols, MPICH's are integers, and the standard ABI of MPI-5 (chapter 20) has integers of its own. Passed as <see cref="nint"/> all three look alike to a call.
/// </summary>
internal sealed record Convention(
    string Name, nint World, nint Float, nint Double, nint Byte, nint Sum, nint Max, nint Min, nint ErrorsReturn,
    nint InPlace, nint StatusIgnore, int NoProcess, int ThreadSerialized)
{
    const string OpenMpiWorld = "ompi_mpi_comm_world";

    /// <summary>MPICH and its relatives (Intel MPI, MVAPICH, Cray MPICH), whose ABI is common since 2013.</summary>
    public static Convention Mpich { get; } = new(
        "MPICH", World: 0x44000000, Float: 0x4c00040a, Double: 0x4c00080b, Byte: 0x4c00010d, Sum: 0x58000003, Max: 0x58000001, Min: 0x58000002,
        ErrorsReturn: 0x54000001, InPlace: -1, StatusIgnore: 1, NoProcess: -1, ThreadSerialized: 2);

    /// <summary>The standard ABI of MPI-5: a library whose name says <c>mpi_abi</c>.</summary>
    public static Convention Standard { get; } = new(
        "MPI-5 ABI", World: 0x101, Float: 0x210, Double: 0x214, Byte: 0x247, Sum: 0x21, Max: 0x23, Min: 0x22,
        ErrorsReturn: 0x143, InPlace: 1, StatusIgnore: 0, NoProcess: -3, ThreadSerialized: 2048);

    /// <summary>The convention of a loaded library.</summary>
    /// <param name="library">Its handle.</param>
    /// <param name="file">The name it was loaded by. It goes first: a library of the standard ABI may stand on one with symbols of its own.</param>
    public static Convention Of(nint library, string file)
        => Path.GetFileName(file).Contains("mpi_abi", StringComparison.OrdinalIgnoreCase) ? Standard
            : NativeLibrary.TryGetExport(library, OpenMpiWorld, out _) ? OpenMpi(library)
            : Mpich;

    static Convention OpenMpi(nint library)
    {
        nint Symbol(string name) => NativeLibrary.GetExport(library, name);
        return new(
            "Open MPI", Symbol(OpenMpiWorld), Symbol("ompi_mpi_float"), Symbol("ompi_mpi_double"), Symbol("ompi_mpi_byte"),
            Symbol("ompi_mpi_op_sum"), Symbol("ompi_mpi_op_max"), Symbol("ompi_mpi_op_min"), Symbol("ompi_mpi_errors_return"),
            InPlace: 1, StatusIgnore: 0, NoProcess: -2, ThreadSerialized: 2);
    }
}
