using System.Diagnostics;
using Xunit;

namespace Recurve.TestKit;

/// <summary>A test in a real browser, Chromium without a window; where it is not installed it is skipped, and says so.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    /// <summary>Looks for the browser.</summary>
    public BrowserFactAttribute() => Skip = Browser.Path is null ? $"no browser: none of {string.Join(", ", Browser.Names)} is on the PATH" : null;
}

/// <summary>Chromium without a window.</summary>
public static class Browser
{
    internal static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    static readonly TimeSpan patience = TimeSpan.FromMinutes(2);

    /// <summary>Null: not installed.</summary>
    internal static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
        .SelectMany(folder => Names.Select(name => System.IO.Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <summary>The elements of a page, as they are when its scripts have run.</summary>
    public static string Dom(string page) => Run(page, "--dump-dom");

    /// <summary>Writes what a page looks like, as a PNG.</summary>
    public static void Screenshot(string page, string picture, int width, int height) => Run(page, "--hide-scrollbars", $"--window-size={width},{height}", $"--screenshot={picture}");

    static string Run(string page, params string[] options)
    {
        var profile = Directory.CreateTempSubdirectory("recurve-browser-");
        try
        {
            using var process = Process.Start(new ProcessStartInfo(
                Path!, ["--headless", "--no-sandbox", "--disable-gpu", $"--user-data-dir={profile.FullName}", .. options, new Uri(page).AbsoluteUri])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEndAsync();
            if (process.WaitForExit(patience) && process.ExitCode == 0) return output.Result;
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"The browser did not show {page}: {error.Result}");
        }
        finally
        {
            profile.Delete(recursive: true);
        }
    }
}
