using System.Diagnostics;
using Recurve.TestKit;

namespace Recurve.EndToEnd.Tests.Samples;

/// <summary>The main job as a user starts it: a process with arguments, an exit code, and files.</summary>
public sealed class FirstSymbolTests : IDisposable
{
    readonly string runs = Directory.CreateTempSubdirectory("recurve-").FullName;

    public void Dispose() => Directory.Delete(runs, recursive: true);

    [Fact]
    public void ConvergesAndWritesItsReport()
    {
        var (exit, output, _) = Run("--length", "32", "--units", "24", "--seed", "3");
        Assert.Equal(0, exit);
        Assert.Contains("s: Diagonal because", output);
        Assert.Contains("converged after", output);
        string folder = Path.Combine(runs, "gilrlstm-32-3");
        Assert.Contains("<polyline", File.ReadAllText(Path.Combine(folder, "report.html")));
        Assert.EndsWith(",1", File.ReadAllLines(Path.Combine(folder, "metrics.csv"))[^1]);
    }

    [Fact]
    public void AResumedRunEqualsTheUninterruptedOne()
    {
        string[] options = ["--length", "24", "--units", "8"];
        Run([.. options, "--name", "parts", "--iterations", "7"]);
        Run([.. options, "--name", "parts", "--iterations", "12", "--resume"]);
        Run([.. options, "--name", "whole", "--iterations", "12"]);
        Assert.Equal(Checkpoint("whole"), Checkpoint("parts"));
        Assert.Equal(13, File.ReadAllLines(Path.Combine(runs, "parts", "metrics.csv")).Length);
    }

    [Fact]
    public void BadInputIsNamedAndNothingIsOverwritten()
    {
        string[] options = ["--length", "24", "--units", "8", "--iterations", "2", "--name", "a"];
        Run(options);
        byte[] before = Checkpoint("a");
        Fails("holds a run already", options);
        Fails("has shape (8, 128) in the file, but (9, 128) in the model", "--length", "24", "--units", "9", "--name", "a", "--resume");
        Fails("--length 24, not 25", "--length", "25", "--units", "8", "--name", "a", "--resume");
        Fails("--lenght", "--lenght", "24");
        Fails("--length must be at least 1, not 0", "--length", "0");
        Fails("'transformer'", "--cell", "transformer");
        Assert.Equal(before, Checkpoint("a"));
        File.WriteAllBytes(Path.Combine(runs, "a", "checkpoint.safetensors"), before[..100]);
        Fails("truncated", [.. options, "--resume"]);
    }

    [SkippableOnWindows]
    public void InterruptingSavesAndExitsCleanly()
    {
        using Process process = Start("--length", "2048", "--units", "8", "--name", "interrupted");
        while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("iteration", StringComparison.Ordinal)) { }
        Process.Start("kill", $"-INT {process.Id}").WaitForExit();
        string rest = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("stopped and saved after", rest);
        Assert.NotEmpty(Checkpoint("interrupted"));
    }

    void Fails(string naming, params string[] arguments)
    {
        var (exit, _, error) = Run(arguments);
        Assert.NotEqual(0, exit);
        Assert.Contains(naming, error);
    }

    byte[] Checkpoint(string name) => File.ReadAllBytes(Path.Combine(runs, name, "checkpoint.safetensors"));

    (int Exit, string Output, string Error) Run(params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "FirstSymbol.dll"), .. arguments, "--runs", runs])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}

/// <summary>A test that sends a signal.</summary>
sealed class SkippableOnWindowsAttribute : FactAttribute
{
    public SkippableOnWindowsAttribute()
    {
        if (OperatingSystem.IsWindows()) Skip = "Windows has no SIGINT to send to a process";
    }
}
