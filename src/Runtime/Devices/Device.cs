using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Recurve.Devices;

namespace Recurve;

/// <summary>Where a tensor's memory is and where its operations run. There is never a silent fallback to another device.</summary>
public sealed class Device : IEquatable<Device>
{
    const string Variable = "RECURVE_DEVICE";

    Device() => Name = "cpu";

    internal Device(Accelerator accelerator) => (Name, Accelerator) = (accelerator.Name, accelerator);

    /// <summary>As in <c>RECURVE_DEVICE</c>: <c>cpu</c>, <c>cuda:0</c>, <c>opencl:0</c>, <c>ilgpu:0</c>.</summary>
    public string Name { get; }

    /// <summary>The processor, on all cores.</summary>
    public static Device Cpu { get; } = new();

    /// <summary>What runs the kernels; null: the processor.</summary>
    internal Accelerator? Accelerator { get; }

    internal StoragePool Pool => Accelerator?.Pool ?? StoragePool.Host;

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
        (device, whyNot) = (null, null);
        if (name == Cpu.Name) device = Cpu;
        else if (!TryParse(name, out var open, out var index)) whyNot = $"'{name}' is not a device; expected {DeviceKinds.Names}.";
        else if (open(index, out var accelerator, out var reason)) device = accelerator.Device;
        else whyNot = $"Device '{name}' cannot be used: {reason}.";
        return device is not null;
    }

    /// <summary>The same device, opened at the same time: one that was lost and is back is another.</summary>
    public bool Equals(Device? other) => other is not null && other.Name == Name && other.Accelerator == Accelerator;

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
        if (first.Device.Equals(second.Device)) return;
        throw new ArgumentException(first.Device.Name == second.Device.Name
            ? $"{operation}: one tensor was on {first.Device} before the device was lost and opened afresh; its numbers are gone."
            : $"{operation}: all tensors must be on one device, but one is on {first.Device} and another on {second.Device}; move one with To.");
    }

    static Device Get(string name)
    {
        if (TryGet(name, out var device, out var whyNot)) return device;
        throw TryParse(name, out _, out _) ? new DeviceException(whyNot) : new ArgumentException(whyNot, nameof(name));
    }

    static string Numbered(string kind, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return string.Create(CultureInfo.InvariantCulture, $"{kind}:{index}");
    }

    static bool TryParse(string name, [NotNullWhen(true)] out DeviceOpener? open, out int index)
    {
        (open, index) = (null, 0);
        return name.Split(':') is [var kind, var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out index)
            && DeviceKinds.TryFind(kind, out open);
    }
}
