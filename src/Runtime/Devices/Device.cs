using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Recurve;

/// <summary>Where a tensor's memory is and where its operations run. There is never a silent fallback to another device.</summary>
public sealed class Device : IEquatable<Device>
{
    const string Variable = "RECURVE_DEVICE";

    internal Device(string name) => Name = name;

    /// <summary>As in <c>RECURVE_DEVICE</c>: <c>cpu</c>, <c>cuda:0</c>, <c>opencl:0</c>.</summary>
    public string Name { get; }

    /// <summary>The processor, on all cores.</summary>
    public static Device Cpu { get; } = new("cpu");

    /// <summary>The device that environment variable <c>RECURVE_DEVICE</c> names; the processor if it is not set.</summary>
    /// <exception cref="ArgumentException">The variable does not name a device.</exception>
    /// <exception cref="DeviceException">The device it names cannot be used here; the message says why.</exception>
    public static Device Default => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name ? Get(name) : Cpu;

    /// <summary>An NVIDIA graphics card.</summary>
    /// <exception cref="DeviceException">It cannot be used here; the message says why.</exception>
    public static Device Cuda(int index) => Get(Numbered("cuda", index));

    /// <summary>An OpenCL device.</summary>
    /// <exception cref="DeviceException">It cannot be used here; the message says why.</exception>
    public static Device OpenCl(int index) => Get(Numbered("opencl", index));

    /// <summary>Finds a device by name; <paramref name="whyNot"/> says in words why there is none.</summary>
    public static bool TryGet(string name, [NotNullWhen(true)] out Device? device, [NotNullWhen(false)] out string? whyNot)
    {
        ArgumentNullException.ThrowIfNull(name);
        device = name == Cpu.Name ? Cpu : null;
        whyNot = device is not null ? null
            : Kind(name) is { } kind ? $"Device '{name}' cannot be used: this build of Recurve runs on the processor only, it has no {kind} kernels."
            : Unknown(name);
        return device is not null;
    }

    /// <inheritdoc/>
    public bool Equals(Device? other) => other is not null && other.Name == Name;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Device);

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Checks that an operation's operands are together.</summary>
    /// <exception cref="ArgumentException">Two operands are on different devices.</exception>
    internal static void RequireSame(string operation, Tensor first, Tensor second)
    {
        if (!first.Device.Equals(second.Device))
            throw new ArgumentException(
                $"{operation}: all tensors must be on one device, but one is on {first.Device} and another on {second.Device}; move one with To.");
    }

    static Device Get(string name)
    {
        if (TryGet(name, out var device, out var whyNot)) return device;
        throw Kind(name) is null ? new ArgumentException(whyNot, nameof(name)) : new DeviceException(whyNot);
    }

    static string Numbered(string kind, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return string.Create(CultureInfo.InvariantCulture, $"{kind}:{index}");
    }

    static string? Kind(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !int.TryParse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _)) return null;
        return name[..colon] switch { "cuda" => "CUDA", "opencl" => "OpenCL", _ => null };
    }

    static string Unknown(string name) => $"'{name}' is not a device; expected cpu, cuda:<number> or opencl:<number>.";
}
