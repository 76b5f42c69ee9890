using System.Diagnostics;
using System.Reflection;
using Recurve.TestKit;

namespace Recurve.Package.Tests;

/// <summary>The packages as this build gives them, in a folder that is the only source of a user's empty one: own cache, own templates.</summary>
public sealed class Packed : IDisposable
{
    static readonly TimeSpan limit = TimeSpan.FromMinutes(3);

    public Packed()
    {
        Directory.CreateDirectory(Folder);
        foreach (string project in (string[])["src/Runtime/Recurve.csproj", "templates/Recurve.Templates.csproj", "src/Tool/Recurve.Tool.csproj"])
            Dotnet(Repository.Root, "pack", project, "--configuration", Metadata("Configuration"), "--no-build", "--output", Folder);
        File.WriteAllText(Path.Combine(root.FullName, "nuget.config"),
            $"""<configuration><packageSources><clear /><add key="packed" value="{Folder}" /></packageSources></configuration>""");
        Dotnet(root.FullName, "new", "install", PathOf("Recurve.Templates"));
    }

    readonly DirectoryInfo root = Directory.CreateTempSubdirectory("recurve-packed-");

    /// <summary>Where the packages are.</summary>
    public string Folder => Path.Combine(root.FullName, "packages");

    /// <summary>Of the packages.</summary>
    public string Version => Metadata("Version");

    /// <summary>A package's file.</summary>
    public string PathOf(string id, string extension = "nupkg") => Path.Combine(Folder, $"{id}.{Version}.{extension}");

    /// <summary>A folder of a user's.</summary>
    public string Empty(string name) => root.CreateSubdirectory(name).FullName;

    /// <summary>Runs <c>dotnet</c> and gives what it wrote; fails with that where it fails.</summary>
    public string Dotnet(string folder, params string[] arguments) => Run(folder, "dotnet", arguments);

    /// <summary>The same with any program.</summary>
    public string Run(string folder, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // the machine of somebody who has nothing of Recurve yet; nodes that stay alive would hold the folder
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["DOTNET_CLI_HOME"] = root.FullName,
            ["DOTNET_NOLOGO"] = "1",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["MSBUILDDISABLENODEREUSE"] = "1",
        }) start.Environment[name] = value;
        if (folder != Repository.Root) start.Environment["NUGET_PACKAGES"] = Path.Combine(root.FullName, "cache");
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(limit)) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {process.ExitCode}\n{output.Result}\n{error.Result}");
        return output.Result;
    }

    public void Dispose() => root.Delete(recursive: true);

    static string Metadata(string key)
        => typeof(Packed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
