namespace Recurve.Devices.Cuda;

/// <summary>Where NVRTC and cuBLAS lie where the system does not know them: in the toolkit, or in a Python environment, where pip's nvidia-* packages have them.</summary>
internal static class CudaFolders
{
    /// <summary>Folders that are there, in the order in which they are looked through.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Toolkits().Concat(Packages(PythonPaths())).Where(Directory.Exists).Distinct()];

    /// <summary>The libraries of pip's packages in folders of Python packages.</summary>
    public static IEnumerable<string> Packages(IEnumerable<string> sites) => sites.Select(site => Path.Combine(site, "nvidia")).Where(Directory.Exists)
        .SelectMany(Directory.GetDirectories).Order(StringComparer.Ordinal)
        .SelectMany(package => new[] { Path.Combine(package, "lib"), Path.Combine(package, "bin"), Path.Combine(package, "bin", "x86_64") });

    static IEnumerable<string> Toolkits()
    {
        foreach (var variable in new[] { "CUDA_PATH", "CUDA_HOME", "CONDA_PREFIX" })
        {
            if (Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } root) continue;
            yield return Path.Combine(root, "lib64");
            yield return Path.Combine(root, "lib");
            yield return Path.Combine(root, "bin");
            yield return Path.Combine(root, "bin", "x64");
        }
        yield return "/usr/local/cuda/lib64";
    }

    /// <summary>Environments of the Pythons that stand on a search path: one that is on it is used, whether or not it was activated.</summary>
    public static IEnumerable<string> Environments(string path)
        => from folder in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
           where File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "python.exe" : "python3"))
           from root in new[] { folder, Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) }
           where root is not null
           select root;

    // what Python is told, its environments, then the machine's
    static IEnumerable<string> PythonPaths()
    {
        foreach (var path in (Environment.GetEnvironmentVariable("PYTHONPATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)) yield return path;
        string?[] roots = [Environment.GetEnvironmentVariable("VIRTUAL_ENV"), Environment.GetEnvironmentVariable("CONDA_PREFIX"), .. Environments(Environment.GetEnvironmentVariable("PATH") ?? ""),
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local"), "/usr/local", "/usr"];
        foreach (var root in roots.OfType<string>().Where(root => root.Length > 0))
        {
            yield return Path.Combine(root, "Lib", "site-packages");
            var lib = Path.Combine(root, "lib");
            if (!Directory.Exists(lib)) continue;
            foreach (var python in Directory.GetDirectories(lib, "python3*").Order(StringComparer.Ordinal))
            {
                yield return Path.Combine(python, "site-packages");
                yield return Path.Combine(python, "dist-packages");
            }
        }
    }
}
