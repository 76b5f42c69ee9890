using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Recurve.Devices;
using Recurve.Devices.Cuda;

namespace Recurve.TestKit.Cuda;

/// <summary>
/// Whether this process has a CUDA device: a card, or else the double of double.cpp, compiled here, which takes the place of the missing driver and has two devices.
/// </summary>
/// <remarks>With RECURVE_CUDA_DOUBLE=1 the double does also what is for cards, so that the whole suite can be run on it.</remarks>
public static unsafe class CudaPresence
{
    static readonly Lazy<string?> card = new(() => CudaDevices.TryOpen(0, out _, out var whyNot) ? null : $"no CUDA: {whyNot}");

    // asked before the double takes its place
    static readonly Lazy<string?> nvrtc = new(() => NativeLibraries.TryLoad(NativeLibraries.Nvrtc, out var whyNot) ? null : $"no NVRTC: {whyNot}");

    static readonly Lazy<string?> doubled = new(() => card.Value is null ? "there is a card" : TryBuild(out var whyNot) ? null : $"no double of CUDA: {whyNot}");

    static readonly bool standsIn = Environment.GetEnvironmentVariable("RECURVE_CUDA_DOUBLE") == "1";

    /// <summary>Null: tests for cards run.</summary>
    public static string? WhyNoCard => standsIn && card.Value is not null ? WhyNoDouble : card.Value;

    /// <summary>Null: the double has taken the driver's place, from the first time on that this is asked.</summary>
    public static string? WhyNoDouble => doubled.Value;

    /// <summary>As <see cref="WhyNoDouble"/>, for assemblies in which other tests need the NVRTC of this machine.</summary>
    public static string? WhyNoDoubleBesideNvrtc => standsIn || nvrtc.Value is not null ? WhyNoDouble : "NVRTC is there, which other tests need";

    /// <summary>Null: NVRTC is that of this machine.</summary>
    public static string? WhyNoNvrtc => nvrtc.Value ?? (standsIn && WhyNoDouble is null ? "no NVRTC: the double has its place" : null);

    /// <summary>The next wait on a device of the double gives this status, and every call after it, until the device is opened afresh.</summary>
    public static void Fail(int device, int status)
        => ((delegate* unmanaged<int, int, void>)NativeLibraries.FunctionOf(NativeLibraries.Cuda, "double_fail"))(device, status);

    /// <summary>How often the double has launched a graph, and how often one took over the arguments of another; null: there is a card.</summary>
    public static (ulong Launches, ulong Updates)? Graphs
    {
        get
        {
            if (!doubled.IsValueCreated || doubled.Value is not null) return null;
            ulong launches, updates;
            ((delegate* unmanaged<ulong*, ulong*, void>)NativeLibraries.FunctionOf(NativeLibraries.Cuda, "double_graphs"))(&launches, &updates);
            return (launches, updates);
        }
    }

    /// <summary>The double's file, once it has taken the driver's place: for processes that a test starts.</summary>
    public static string? Library { get; private set; }

    static bool TryBuild(out string? whyNot)
    {
        // calls of a driver that is there are bound to it by now
        whyNot = !OperatingSystem.IsLinux() ? "it is written for Linux" : NativeLibraries.TryLoad(NativeLibraries.Cuda, out _) ? "the driver's place is taken, though it has no card" : null;
        if (whyNot is not null) return false;
        var folder = Directory.CreateTempSubdirectory("recurve-cuda-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        string source = Path.Combine(folder, "double.cpp"), library = Path.Combine(folder, "libdouble.so");
        using (var text = typeof(CudaPresence).Assembly.GetManifestResourceStream("double.cpp")!)
        using (var file = File.Create(source)) text.CopyTo(file);
        try
        {
            using var compiler = Process.Start(new ProcessStartInfo("g++", ["-std=c++17", "-O1", "-w", "-shared", "-fPIC", "-o", library, source, "-ldl"]) { RedirectStandardError = true })!;
            var errors = compiler.StandardError.ReadToEnd();
            compiler.WaitForExit();
            if (compiler.ExitCode != 0) throw new InvalidOperationException($"double.cpp does not compile:\n{errors}");
        }
        catch (Win32Exception)
        {
            whyNot = "there is no g++";
            return false;
        }
        // its images are no card's, and of this build alone
        Environment.SetEnvironmentVariable("RECURVE_CACHE", Path.Combine(folder, "kernels"));
        _ = nvrtc.Value;
        foreach (var name in new[] { NativeLibraries.Cuda, NativeLibraries.Nvrtc, NativeLibraries.Cublas }) NativeLibraries.Redirect(name, library);
        Library = library;
        return true;
    }
}
