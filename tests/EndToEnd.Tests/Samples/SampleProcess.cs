using System.Diagnostics;

namespace Recurve.EndToEnd.Tests.Samples;

/// <summary>A sample as a user starts it: a process with arguments, an exit code, and files, in a folder of runs that is deleted afterwards.</summary>
public abstract class SampleProcess(string assembly) : IDisposable
{
    readonly string runs = Directory.CreateTempSubdirectory("recurve-").FullName;

    /// <summary>Where it trains.</summary>
    protected string Device { get; set; } = "cpu";

    public void Dispose()
    {
        Directory.Delete(runs, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A file of a run.</summary>
    protected string PathOf(string run, string file) => Path.Combine(runs, run, file);

    protected byte[] CheckpointOf(string run) => File.ReadAllBytes(PathOf(run, "checkpoint.safetensors"));

    protected string[] MetricsOf(string run) => File.ReadAllLines(PathOf(run, "metrics.csv"));

    /// <summary>The values of a column of metrics.csv, empty cells left out.</summary>
    protected string[] ColumnOf(string run, string name)
    {
        int column = Array.IndexOf(MetricsOf(run)[0].Split(','), name);
        Assert.True(column >= 0, $"{name} is not among {MetricsOf(run)[0]}");
        return [.. MetricsOf(run).Skip(1).Select(row => row.Split(',')[column]).Where(cell => cell != "")];
    }

    /// <summary>Writes a file for the sample to read; the result is its path.</summary>
    protected string FileOf(string name, string contents)
    {
        string path = Path.Combine(runs, name);
        File.WriteAllText(path, contents);
        return path;
    }

    /// <summary>Runs the sample to its end, told where its runs are.</summary>
    protected (int Exit, string Output, string Error) Run(params string[] arguments) => RunAlone([.. arguments, "--runs", runs]);

    /// <summary>The same with these arguments alone.</summary>
    protected (int Exit, string Output, string Error) RunAlone(params string[] arguments)
    {
        using Process process = StartAlone(arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    protected void Fails(string naming, params string[] arguments)
    {
        var (exit, _, error) = Run(arguments);
        Assert.NotEqual(0, exit);
        Assert.Contains(naming, error);
    }

    protected Process Start(params string[] arguments) => StartAlone([.. arguments, "--runs", runs]);

    protected Process StartAlone(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["RECURVE_DEVICE"] = Device },
        })!;
}
