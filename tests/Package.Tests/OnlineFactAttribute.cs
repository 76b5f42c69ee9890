namespace Recurve.Package.Tests;

/// <summary>A test that fetches what only publishing needs (the runtime, the trimmer); skipped, with a message, where the source of packages cannot be reached.</summary>
sealed class OnlineFactAttribute : FactAttribute
{
    /// <summary>Where packages come from.</summary>
    public const string Source = "https://api.nuget.org/v3/index.json";

    static readonly Lazy<string?> whyNot = new(WhyNot);

    /// <summary>Asks for the source.</summary>
    public OnlineFactAttribute() => Skip = whyNot.Value;

    static string? WhyNot()
    {
        try
        {
            using HttpClient client = new() { Timeout = TimeSpan.FromSeconds(5) };
            using HttpResponseMessage answer = client.GetAsync(Source).GetAwaiter().GetResult();
            return answer.IsSuccessStatusCode ? null : $"{Source} answers {(int)answer.StatusCode}.";
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return $"{Source} cannot be reached: {error.Message}";
        }
    }
}
