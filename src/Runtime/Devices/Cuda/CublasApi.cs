using System.Runtime.InteropServices;

namespace Recurve.Devices.Cuda;

/// <summary>The calls of cuBLAS (11 to 13) that are used, under their own names. Matrices lie column by column; what comes back is a status, 0 for success.</summary>
internal static unsafe partial class CublasApi
{
    const string Library = NativeLibraries.Cublas;

    public const int AllocationFailed = 3;

    /// <summary>Single precision is that of IEEE, never TF32.</summary>
    public const int DefaultMath = 0;

    /// <summary>As cuBLAS numbers it.</summary>
    public static int Operation(bool transposed) => transposed ? 1 : 0;

    [LibraryImport(Library)]
    public static partial int cublasCreate_v2(nint* handle);

    [LibraryImport(Library)]
    public static partial int cublasSetStream_v2(nint handle, nint stream);

    [LibraryImport(Library)]
    public static partial int cublasSetWorkspace_v2(nint handle, nint workspace, nuint bytes);

    [LibraryImport(Library)]
    public static partial int cublasSetMathMode(nint handle, int mode);

    [LibraryImport(Library)]
    public static partial int cublasSgemm_v2(
        nint handle, int opA, int opB, int m, int n, int k, float* alpha, nint a, int lda, nint b, int ldb, float* beta, nint c, int ldc);

    [LibraryImport(Library)]
    public static partial int cublasSgemmStridedBatched(
        nint handle, int opA, int opB, int m, int n, int k, float* alpha, nint a, int lda, long strideA, nint b, int ldb, long strideB,
        float* beta, nint c, int ldc, long strideC, int batches);
}
