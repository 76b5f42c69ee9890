using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;
using Recurve.Devices.Cuda;

namespace Recurve.Devices;

/// <summary>Drivers that may or may not be on a machine: found at run time, never needed to build or to run on the processor.</summary>
internal static class NativeLibraries
{
    /// <summary>The names in <c>LibraryImport</c>.</summary>
    public const string OpenCl = "OpenCL", Cuda = "cuda", Nvrtc = "nvrtc", Cublas = "cublas", ClBlast = "clblast";

    static readonly Dictionary<string, nint> Loaded = [];
    static readonly Dictionary<string, string> Redirected = [];
    static readonly Lock Gate = new();

    static NativeLibraries() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, (name, _, _) => HandleOf(name));

    /// <summary>Loads a library before its first call; <paramref name="whyNot"/> says in words why it cannot be.</summary>
    public static bool TryLoad(string name, [NotNullWhen(false)] out string? whyNot)
    {
        whyNot = !Environment.Is64BitProcess ? "this process has 32 bits, and devices need 64"
            : HandleOf(name) == 0 ? $"the library {string.Join(" or ", FilesOf(name)!)} was not found{Missing(name)}"
            : null;
        return whyNot is null;
    }

    /// <summary>A function that not every version of a library has; 0: it is not there.</summary>
    public static nint FunctionOf(string library, string function)
        => HandleOf(library) is not 0 and var handle && NativeLibrary.TryGetExport(handle, function, out var address) ? address : 0;

    /// <summary>Takes a file for a library from now on: a test's.</summary>
    public static void Redirect(string name, string path)
    {
        lock (Gate)
        {
            Redirected[name] = path;
            Loaded.Remove(name);
        }
    }

    static nint HandleOf(string name)
    {
        lock (Gate)
        {
            if (Loaded.TryGetValue(name, out var handle)) return handle;
            if (FilesOf(name) is not { } files) return 0;
            foreach (var file in Redirected.TryGetValue(name, out var own) ? [own] : files.SelectMany(file => PlacesOf(name, file)))
            {
                if (TryLoadFile(file, out handle)) break;
            }
            return Loaded[name] = handle;
        }
    }

    // the system's first
    static IEnumerable<string> PlacesOf(string name, string file)
        => name is Nvrtc or Cublas ? CudaFolders.All.Select(folder => Path.Combine(folder, file)).Prepend(file) : [file];

    static bool TryLoadFile(string file, out nint handle)
        => NativeLibrary.TryLoad(file, Assembly.GetExecutingAssembly(), DllImportSearchPath.System32 | DllImportSearchPath.SafeDirectories, out handle);

    static string[]? FilesOf(string name) => name switch
    {
        OpenCl => OperatingSystem.IsWindows() ? ["OpenCL.dll"]
            : OperatingSystem.IsMacOS() ? ["/System/Library/Frameworks/OpenCL.framework/OpenCL"]
            : ["libOpenCL.so.1", "libOpenCL.so"],
        Cuda => OperatingSystem.IsWindows() ? ["nvcuda.dll"] : ["libcuda.so.1", "libcuda.so"],
        // newest first; a library newer than the driver would make code that the driver does not load
        Nvrtc => OperatingSystem.IsWindows() ? Versions(13, "nvrtc64_130_0.dll", "nvrtc64_120_0.dll", "nvrtc64_112_0.dll")
            : Versions(13, "libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2"),
        Cublas => OperatingSystem.IsWindows() ? Versions(13, "cublas64_13.dll", "cublas64_12.dll", "cublas64_11.dll")
            : Versions(13, "libcublas.so.13", "libcublas.so.12", "libcublas.so.11"),
        ClBlast => OperatingSystem.IsWindows() ? ["clblast.dll"] : OperatingSystem.IsMacOS() ? ["libclblast.dylib"] : ["libclblast.so.1", "libclblast.so"],
        _ => null,
    };

    static string[] Versions(int newest, params string[] files) => [.. files.Where((_, i) => newest - i <= CudaDevices.DriverVersion)];

    static string Missing(string name) => name switch
    {
        Nvrtc => ", which compiles the kernels: install the CUDA toolkit, or nvidia-cuda-nvrtc by pip",
        Cublas or ClBlast => "",
        Cuda => ", so there is no CUDA driver",
        _ => ", so no driver is installed",
    };
}
