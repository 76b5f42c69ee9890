using System.Globalization;

namespace Recurve.TestKit;

/// <summary>Where a random test starts. What fails says which it was.</summary>
public static class RandomSeed
{
    /// <summary>RECURVE_SEED, or a fresh one.</summary>
    public static int Draw()
        => int.TryParse(Environment.GetEnvironmentVariable("RECURVE_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next(1, int.MaxValue);
}
