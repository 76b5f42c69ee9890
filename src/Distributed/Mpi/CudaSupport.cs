namespace Recurve.Distributed.Mpi;

/// <summary>Whether an MPI library takes addresses of CUDA devices, as it says itself; MPI has no function for the question, so each has its own.</summary>
internal static unsafe class CudaSupport
{
    /// <summary>Says it in the library's place: 1 or 0.</summary>
    public const string Variable = "RECURVE_MPI_CUDA";

    // of MPICH: MPIX_GPU_SUPPORT_CUDA
    const int Cuda = 0;

    /// <summary>The answer; to be asked once MPI is initialised.</summary>
    /// <param name="functionOf">The library's function of a name; 0: there is none.</param>
    /// <param name="environment">Of the process.</param>
    /// <exception cref="MpiException">The variable says something else.</exception>
    public static bool Of(Func<string, nint> functionOf, Func<string, string?> environment) => environment(Variable) switch
    {
        "1" => true,
        "0" => false,
        null or "" => Asked(functionOf),
        var other => throw new MpiException($"{Variable} is '{other}'; expected 1 (MPI takes addresses of CUDA devices) or 0 (it does not)."),
    };

    // Open MPI's, which MPICH and MVAPICH have too; then that of MPICH and Cray MPICH
    static bool Asked(Func<string, nint> functionOf)
    {
        if (functionOf("MPIX_Query_cuda_support") is not 0 and var query) return ((delegate* unmanaged<int>)query)() == 1;
        if (functionOf("MPIX_GPU_query_support") is not (not 0 and var general)) return false;
        var isSupported = 0;
        return ((delegate* unmanaged<int, int*, int>)general)(Cuda, &isSupported) == 0 && isSupported != 0;
    }
}
