using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Recurve.Devices.Cuda;
using Recurve.Devices.OpenCl;

namespace Recurve.Devices;

/// <summary>Opens device number <paramref name="index"/> of a kind, once; <paramref name="whyNot"/> says in words why it cannot be.</summary>
internal delegate bool DeviceOpener(int index, [NotNullWhen(true)] out Accelerator? accelerator, [NotNullWhen(false)] out string? whyNot);

/// <summary>The kinds of devices besides the processor. An assembly that the runtime knows nothing of adds its own.</summary>
internal static class DeviceKinds
{
    static readonly ConcurrentDictionary<string, DeviceOpener> Openers = new(StringComparer.Ordinal)
    {
        ["cuda"] = CudaDevices.TryOpen,
        ["opencl"] = OpenClDevices.TryOpen,
        ["ilgpu"] = NotRegistered,
    };

    /// <summary>What names a device, in words.</summary>
    public const string Names = "cpu, cuda:<number>, opencl:<number> or ilgpu:<number>";

    /// <summary>Whoever asks for a device of this kind from now on gets it from <paramref name="opener"/>.</summary>
    public static void Register(string kind, DeviceOpener opener) => Openers[kind] = opener;

    public static bool TryFind(string kind, [NotNullWhen(true)] out DeviceOpener? opener) => Openers.TryGetValue(kind, out opener);

    static bool NotRegistered(int index, [NotNullWhen(true)] out Accelerator? accelerator, [NotNullWhen(false)] out string? whyNot)
    {
        accelerator = null;
        whyNot = "ILGPU's devices are those of Recurve.Ilgpu, which is to be referenced and made known by IlgpuDevices.Register()";
        return false;
    }
}
