using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Recurve.Tool;

/// <summary>What a build left: an assembly, and where those are that it refers to.</summary>
/// <param name="Assembly">Its path.</param>
/// <param name="References">Paths by simple name, without the framework's.</param>
/// <param name="Messages">Of the compiler: warnings and errors, as the build wrote them.</param>
sealed record Built(string Assembly, IReadOnlyDictionary<string, string> References, string Messages)
{
    /// <summary>Builds a project, a folder with one, or a source file; takes an assembly as it is.</summary>
    /// <exception cref="MistakeException">There is nothing of the kind.</exception>
    /// <exception cref="BuildException">It does not build.</exception>
    public static Built Of(string path, string configuration)
    {
        if (Path.GetExtension(path) == ".cs") return OfFile(path, configuration);
        if (File.Exists(path)) return Path.GetExtension(path) == ".dll" ? OfAssembly(Path.GetFullPath(path)) : Build(path, configuration);
        if (!Directory.Exists(path)) throw new MistakeException($"{path}: no such project, folder, source file or assembly.");
        return Directory.GetFiles(path, "*.csproj") switch
        {
            [var project] => Build(project, configuration),
            [] => throw new MistakeException($"{path}: no project (*.csproj) in this folder."),
            var several => throw new MistakeException($"{path}: several projects in this folder, name one of {string.Join(", ", several.Select(Path.GetFileName))}."),
        };
    }

    static Built OfAssembly(string path)
        => new(path, Directory.GetFiles(Path.GetDirectoryName(path)!, "*.dll").ToDictionary(p => Path.GetFileNameWithoutExtension(p)), "");

    // a file that says what it needs (#:package …) is a project of its own; any other is compiled with this tool's library and generator
    static Built OfFile(string path, string configuration)
    {
        if (!File.Exists(path)) throw new MistakeException($"{path}: no such file.");
        if (File.ReadLines(path).Any(line => line.StartsWith("#:", StringComparison.Ordinal))) return Build(path, configuration);
        // one folder per file, so that nothing is built twice
        string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(path)))[..8]);
        string folder = Path.Combine(Path.GetTempPath(), "recurve-explain", key), project = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(path)}.csproj");
        Directory.CreateDirectory(folder);
        File.WriteAllText(project, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <EnableDefaultItems>false</EnableDefaultItems>
              </PropertyGroup>
              <ItemGroup>
                <Compile Include="{Path.GetFullPath(path)}" />
                <Reference Include="{typeof(CellModule).Assembly.Location}" />
                <Analyzer Include="{Path.Combine(AppContext.BaseDirectory, "Recurve.Generator.dll")}" />
              </ItemGroup>
            </Project>
            """);
        return Build(project, configuration);
    }

    static Built Build(string project, string configuration)
    {
        string result = Path.GetTempFileName();
        try
        {
            ProcessStartInfo start = new("dotnet",
            [
                "build", project, "--configuration", configuration, "--verbosity", "quiet", "--nologo", "-target:Build", "-getProperty:TargetPath", "-getItem:ReferencePath",
                $"-getResultOutputFile:{result}",
            ])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using Process process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string messages = process.StandardOutput.ReadToEnd() + error.Result;
            process.WaitForExit();
            if (process.ExitCode != 0) throw new BuildException(project, messages);

            using JsonDocument found = JsonDocument.Parse(File.ReadAllText(result));
            var references = found.RootElement.GetProperty("Items").GetProperty("ReferencePath").EnumerateArray()
                .Where(r => !r.TryGetProperty("FrameworkReferenceName", out _))
                .Select(r => r.GetProperty("FullPath").GetString()!).DistinctBy(Path.GetFileNameWithoutExtension);
            return new(found.RootElement.GetProperty("Properties").GetProperty("TargetPath").GetString()!, references.ToDictionary(r => Path.GetFileNameWithoutExtension(r)), messages);
        }
        finally
        {
            File.Delete(result);
        }
    }
}

/// <summary>A project does not build.</summary>
sealed class BuildException(string project, string messages) : Exception($"{project} does not build.")
{
    /// <summary>Of the compiler.</summary>
    public string Messages { get; } = messages;
}
