using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Recurve.Devices;

/// <summary>Drivers that may or may not be on a machine: found at run time, never needed to build or to run on the processor.</summary>
internal static class NativeLibraries
{
    /// <summary>The name in <c>LibraryImport</c>.</summary>
    public const string OpenCl = "OpenCL";

    static readonly Dictionary<string, string[]> FileNames = new()
    {
        [OpenCl] = OperatingSystem.IsWindows() ? ["OpenCL.dll"]
            : OperatingSystem.IsMacOS() ? ["/System/Library/Frameworks/OpenCL.framework/OpenCL"]
            : ["libOpenCL.so.1", "libOpenCL.so"],
    };

    static readonly Dictionary<string, nint> Loaded = [];
    static readonly Lock Gate = new();

    static NativeLibraries() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, (name, _, _) => HandleOf(name));

    /// <summary>Loads a library before its first call; <paramref name="whyNot"/> says in words why it cannot be.</summary>
    public static bool TryLoad(string name, [NotNullWhen(false)] out string? whyNot)
    {
        whyNot = !Environment.Is64BitProcess ? "this process has 32 bits, and devices need 64"
            : HandleOf(name) == 0 ? $"the library {string.Join(" or ", FileNames[name])} was not found, so no driver is installed"
            : null;
        return whyNot is null;
    }

    static nint HandleOf(string name)
    {
        if (!FileNames.TryGetValue(name, out var files)) return 0;
        lock (Gate)
        {
            if (Loaded.TryGetValue(name, out var handle)) return handle;
            foreach (var file in files)
            {
                if (NativeLibrary.TryLoad(file, Assembly.GetExecutingAssembly(), DllImportSearchPath.System32 | DllImportSearchPath.SafeDirectories, out handle)) break;
            }
            return Loaded[name] = handle;
        }
    }
}
