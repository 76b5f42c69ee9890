using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Recurve.TestKit;

namespace Recurve.Tool.Tests;

/// <summary>The tool as a user starts it, in a folder that is deleted afterwards.</summary>
public sealed class ToolProcess : IDisposable
{
    /// <summary>That of this build, so that a project that a test explains is built already.</summary>
    public static string Configuration { get; } = typeof(ToolProcess).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    /// <summary>The zoo: its project, and what was built of it.</summary>
    public static string Cells { get; } = Path.Combine(Repository.Root, "samples", "Cells");

    public static string BuiltCells { get; } = typeof(Recurve.Cells.MinGru).Assembly.Location;

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("recurve-tool-");

    public string PathOf(string name) => Path.Combine(folder.FullName, name);

    public string WithFile(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    public (int Exit, string Output, string Error) Run(params string[] arguments) => Run([], arguments);

    public (int Exit, string Output, string Error) Run((string Name, string Value)[] environment, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [typeof(Built).Assembly.Location, .. arguments])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>The document that <c>--json</c> gives; the exit code is 0.</summary>
    public JsonElement Json(params string[] arguments)
    {
        var (exit, output, error) = Run([.. arguments, "--json"]);
        Assert.True(exit == 0, $"{exit}: {error}");
        return JsonDocument.Parse(output).RootElement;
    }

    public void Fails(int code, string saying, params string[] arguments)
    {
        var (exit, output, error) = Run(arguments);
        Assert.True(exit == code && error.Contains(saying, StringComparison.Ordinal), $"{exit}, expected {code} and '{saying}':\n{error}\n{output}");
    }

    public void Dispose() => folder.Delete(recursive: true);
}
