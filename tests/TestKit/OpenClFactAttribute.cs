using Recurve.Devices.OpenCl;
using Xunit;

namespace Recurve.TestKit;

/// <summary>A test on the first OpenCL device; without one it is skipped, and says why there is none.</summary>
public sealed class OpenClFactAttribute : FactAttribute
{
    /// <summary>Looks for the device.</summary>
    public OpenClFactAttribute() => Skip = OpenClPresence.WhyNot;
}

static class OpenClPresence
{
    /// <summary>Null: the first OpenCL device can be used.</summary>
    public static string? WhyNot { get; } = OpenClDevices.TryOpen(0, out _, out var whyNot) ? null : $"no OpenCL: {whyNot}";
}
