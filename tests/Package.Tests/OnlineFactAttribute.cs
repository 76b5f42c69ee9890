using System.Diagnostics;

namespace Recurve.Package.Tests;

/// <summary>A test that fetches what only publishing needs (the runtime, the trimmer); skipped, with a message, where the source of packages cannot be reached.</summary>
sealed class OnlineFactAttribute : FactAttribute
{
    static readonly Lazy<string?> source = new(Configured), whyNot = new(WhyNot);

    /// <summary>Asks for the source.</summary>
    public OnlineFactAttribute() => Skip = whyNot.Value;

    /// <summary>Where this machine fetches packages from.</summary>
    public static string Source => source.Value ?? throw new InvalidOperationException("No source of packages is configured.");

    static string? WhyNot()
    {
        if (source.Value is not { } address) return "No source of packages is configured.";
        try
        {
            using HttpClient client = new() { Timeout = TimeSpan.FromSeconds(5) };
            using HttpResponseMessage answer = client.GetAsync(address).GetAwaiter().GetResult();
            return answer.IsSuccessStatusCode ? null : $"{address} answers {(int)answer.StatusCode}.";
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return $"{address} cannot be reached: {error.Message}";
        }
    }

    // a line for each source, E before those that are enabled
    static string? Configured()
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", ["nuget", "list", "source", "--format", "short"]) { RedirectStandardOutput = true })!;
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries);
        process.WaitForExit();
        return lines.FirstOrDefault(line => line.StartsWith("E http", StringComparison.Ordinal))?[2..];
    }
}
