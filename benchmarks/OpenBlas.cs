using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Recurve.Benchmarks;

/// <summary>OpenBLAS, if the system has it.</summary>
static unsafe partial class OpenBlas
{
    const string CoreType = "OPENBLAS_CORETYPE";

    static readonly nint library = Open();

    /// <summary>The processor its kernels are written for.</summary>
    public static string Core => Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "openblas_get_corename"))())!;

    /// <summary>
    /// A release that is older than the processor takes its slowest kernels. An Intel processor with AVX-512 gets those of the first of its kind, in this process and in those it starts,
    /// unless the environment says which. To be called before anything else here.
    /// </summary>
    public static void ChooseKernels()
    {
        if (!OperatingSystem.IsLinux() || !Avx512F.IsSupported || !IsIntel || Environment.GetEnvironmentVariable(CoreType) is not null) return;
        // the first for libraries of this process, the second for processes it starts
        _ = SetVariable(CoreType, "SkylakeX", 1);
        Environment.SetEnvironmentVariable(CoreType, "SkylakeX");
    }

    static bool IsIntel
    {
        get
        {
            var (_, b, c, d) = X86Base.CpuId(0, 0);
            ReadOnlySpan<int> name = [b, d, c];
            return Encoding.ASCII.GetString(MemoryMarshal.AsBytes(name)) == "GenuineIntel";
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);

    /// <summary>Why it cannot be used; null if it can.</summary>
    public static string? Missing => library == 0 ? "OpenBLAS is not installed (libopenblas.so.0)" : null;

    /// <summary>Its threads, all of its own making.</summary>
    public static int Threads
    {
        set => ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads"))(value);
    }

    /// <summary>c = op(a) · op(b) for row-major matrices; a is [m, k] or its transpose, b is [k, n] or its transpose.</summary>
    public static void Multiply(bool transposeA, bool transposeB, int m, int n, int k, float* a, int lda, float* b, int ldb, float* c, int ldc)
    {
        const int RowMajor = 101, Plain = 111, Transposed = 112;
        multiply(RowMajor, transposeA ? Transposed : Plain, transposeB ? Transposed : Plain, m, n, k, 1, a, lda, b, ldb, 0, c, ldc);
    }

    static readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> multiply =
        library == 0 ? null
        : (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(library, "cblas_sgemm");

    static nint Open()
    {
        string[] names = OperatingSystem.IsWindows() ? ["libopenblas.dll", "openblas.dll"]
            : OperatingSystem.IsMacOS() ? ["libopenblas.dylib"] : ["libopenblas.so.0", "libopenblas.so"];
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint handle)) return handle;
        }
        return 0;
    }
}
