using System.Runtime.InteropServices;

namespace Recurve.Devices.OpenCl;

/// <summary>The calls of CLBlast (1.4 or later) that are used, under their own names. Offsets count numbers; what comes back is a status, 0 for success, OpenCL's where there is one.</summary>
internal static unsafe partial class ClBlastApi
{
    const string Library = NativeLibraries.ClBlast;

    public const int ColumnByColumn = 102;

    /// <summary>As CLBlast numbers it.</summary>
    public static int Operation(bool transposed) => transposed ? 112 : 111;

    [LibraryImport(Library)]
    public static partial int CLBlastSgemm(
        int layout, int opA, int opB, nuint m, nuint n, nuint k, float alpha, nint a, nuint offsetA, nuint lda, nint b, nuint offsetB, nuint ldb,
        float beta, nint c, nuint offsetC, nuint ldc, nint* queue, nint* done);

    [LibraryImport(Library)]
    public static partial int CLBlastSgemmStridedBatched(
        int layout, int opA, int opB, nuint m, nuint n, nuint k, float alpha, nint a, nuint offsetA, nuint lda, nuint strideA, nint b, nuint offsetB, nuint ldb, nuint strideB,
        float beta, nint c, nuint offsetC, nuint ldc, nuint strideC, nuint batches, nint* queue, nint* done);
}
