using System.Runtime.InteropServices;
using Recurve.Distributed.Mpi;

namespace Recurve.Distributed.Tests;

/// <summary>What is made of an MPI library's own answer to whether it takes addresses of CUDA devices.</summary>
public sealed unsafe class CudaSupportTests
{
    [Fact]
    public void ALibraryIsAskedByTheFunctionThatItHas()
    {
        Assert.True(Of(("MPIX_Query_cuda_support", (nint)(delegate* unmanaged<int>)&Yes)));
        Assert.False(Of(("MPIX_Query_cuda_support", (nint)(delegate* unmanaged<int>)&No), ("MPIX_GPU_query_support", (nint)(delegate* unmanaged<int, int*, int>)&OfCuda)));
        Assert.True(Of(("MPIX_GPU_query_support", (nint)(delegate* unmanaged<int, int*, int>)&OfCuda)));
        Assert.False(Of(("MPIX_GPU_query_support", (nint)(delegate* unmanaged<int, int*, int>)&Fails)));
        Assert.False(Of());
    }

    [Fact]
    public void TheVariableGoesFirst()
    {
        var yes = ("MPIX_Query_cuda_support", (nint)(delegate* unmanaged<int>)&Yes);
        Assert.True(CudaSupport.Of(_ => 0, _ => "1"));
        Assert.False(CudaSupport.Of(name => name == yes.Item1 ? yes.Item2 : 0, _ => "0"));
        Assert.Contains("RECURVE_MPI_CUDA is 'maybe'", Assert.Throws<MpiException>(() => CudaSupport.Of(_ => 0, _ => "maybe")).Message);
    }

    static bool Of(params (string Name, nint Function)[] functions)
        => CudaSupport.Of(name => functions.FirstOrDefault(f => f.Name == name).Function, name => name == CudaSupport.Variable ? null : "1");

    [UnmanagedCallersOnly]
    static int Yes() => 1;

    [UnmanagedCallersOnly]
    static int No() => 0;

    [UnmanagedCallersOnly]
    static int OfCuda(int kind, int* isSupported)
    {
        *isSupported = kind == 0 ? 1 : 0;
        return 0;
    }

    [UnmanagedCallersOnly]
    static int Fails(int kind, int* isSupported)
    {
        *isSupported = 1;
        return 17;
    }
}
