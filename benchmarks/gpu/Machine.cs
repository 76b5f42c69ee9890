using System.Diagnostics;
using System.Runtime.InteropServices;
using Recurve.Devices;
using Recurve.Devices.Cuda;

namespace Recurve.Gpu;

/// <summary>What the table says of the machine, and other programs on it.</summary>
static class Machine
{
    /// <summary>The card, the versions of what compiles and multiplies, and the system.</summary>
    public static string Describe(Device device)
        => $"{device.Accelerator!.Description}, {device.Accelerator.MemoryBytes >> 30} GiB, CUDA {CudaDevices.DriverVersion}, NVRTC {NvrtcCompiler.Version}, "
            + $"{(NativeLibraries.TryLoad(NativeLibraries.Cublas, out string? whyNot) ? "products by cuBLAS" : $"products by Gemm.cl ({whyNot})")}, "
            + $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription.Trim()}";

    /// <summary>What a program printed, line by line as it is printed; its exit code, or null where there is no such program.</summary>
    public static int? Run(string program, IEnumerable<string> arguments, Action<string> line)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            while (process.StandardOutput.ReadLine() is { } text) line(text);
            process.WaitForExit();
            if (process.ExitCode != 0) line($"{Path.GetFileName(program)} ended with {process.ExitCode}: {errors.Result.Trim().Split('\n')[^1]}");
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
