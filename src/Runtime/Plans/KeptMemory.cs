using System.Globalization;

namespace Recurve.Plans;

/// <summary>
/// How much memory may be in use before a forward pass gives back what the backward pass can make again: a quarter of the device's, or as many MiB as the environment
/// variable RECURVE_KEEP says.
/// </summary>
internal static class KeptMemory
{
    /// <summary>Bytes; null: a quarter of the device's memory. Tests set it.</summary>
    public static long? Forced { get; set; } = FromEnvironment();

    /// <summary>Whether tensors and kernels hold more of a device's memory.</summary>
    public static bool IsExceeded(Device device) => device.Pool.RentedBytes > (Forced ?? device.Pool.MemoryBytes / 4);

    static long? FromEnvironment() => Environment.GetEnvironmentVariable("RECURVE_KEEP") switch
    {
        null or "" => null,
        var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var mebibytes) && mebibytes <= long.MaxValue >> 20 => mebibytes << 20,
        var text => throw new ArgumentException($"RECURVE_KEEP must be a number of MiB, but is '{text}'."),
    };
}
