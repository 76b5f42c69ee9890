using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Recurve.Benchmarks;

/// <summary>peers/scan.c, compiled on the spot if a C compiler is there.</summary>
static unsafe class ScanLibrary
{
    static readonly nint library = Build();

    /// <summary>Why it cannot be used; null if it can.</summary>
    public static string? Missing { get; private set; }

    /// <summary>scan_forward(a, b, h, steps, width).</summary>
    public static readonly delegate* unmanaged<float*, float*, float*, nint, nint, void> Forward =
        (delegate* unmanaged<float*, float*, float*, nint, nint, void>)Find("scan_forward");

    /// <summary>scan_backward(a, h, g, da, db, steps, width).</summary>
    public static readonly delegate* unmanaged<float*, float*, float*, float*, float*, nint, nint, void> Backward =
        (delegate* unmanaged<float*, float*, float*, float*, float*, nint, nint, void>)Find("scan_backward");

    /// <summary>scan_forward_tiles(a, b, h, steps, width, tile, carries, flags, next).</summary>
    public static readonly delegate* unmanaged<float*, float*, float*, nint, nint, nint, float*, int*, int*, void> ForwardTiles =
        (delegate* unmanaged<float*, float*, float*, nint, nint, nint, float*, int*, int*, void>)Find("scan_forward_tiles");

    /// <summary>scan_backward_tiles(a, h, g, da, db, steps, width, tile, carries, flags, next).</summary>
    public static readonly delegate* unmanaged<float*, float*, float*, float*, float*, nint, nint, nint, float*, int*, int*, void> BackwardTiles =
        (delegate* unmanaged<float*, float*, float*, float*, float*, nint, nint, nint, float*, int*, int*, void>)Find("scan_backward_tiles");

    static nint Find(string name) => library == 0 ? 0 : NativeLibrary.GetExport(library, name);

    static nint Build()
    {
        string source = Path.Combine(AppContext.BaseDirectory, "peers", "scan.c");
        string target = Path.Combine(Directory.CreateTempSubdirectory("recurve").FullName, "scan.so");
        foreach (string compiler in new[] { "gcc", "cc", "clang" })
        {
            try
            {
                ProcessStartInfo start = new(compiler, ["-O3", "-march=native", "-shared", "-fPIC", "-o", target, source]) { RedirectStandardError = true };
                using Process process = Process.Start(start)!;
                string errors = process.StandardError.ReadToEnd();
                process.WaitForExit();
                if (process.ExitCode == 0) return NativeLibrary.Load(target);
                Missing = $"{compiler} failed: {errors.Split('\n')[0]}";
            }
            catch (System.ComponentModel.Win32Exception)
            {
                Missing ??= "no C compiler found (gcc, cc, clang)";
            }
        }
        return 0;
    }
}
