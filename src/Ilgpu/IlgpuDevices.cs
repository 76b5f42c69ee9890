using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using Recurve.Devices;

namespace Recurve.Ilgpu;

/// <summary>
/// Makes ILGPU's devices known under the names <c>ilgpu:0</c>, <c>ilgpu:1</c>, …: NVIDIA cards first, last the processor, on which ILGPU checks kernels rather than
/// running them fast.
/// </summary>
public static class IlgpuDevices
{
    static readonly Lock Gate = new();
    static readonly Dictionary<int, IlgpuAccelerator> Opened = [];
    static readonly Lazy<Context> Shared = new(() => Context.Create(builder => builder.Cuda().CPU(new CPUDevice(2, 1, Environment.ProcessorCount)).Optimize(OptimizationLevel.O1)));

    /// <summary>From now on <see cref="Device.TryGet"/> and <c>RECURVE_DEVICE</c> know <c>ilgpu:&lt;number&gt;</c>. May be called more than once.</summary>
    public static void Register() => DeviceKinds.Register("ilgpu", TryOpen);

    /// <summary>Whoever uses this assembly has its devices.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "the devices of a package are there where the package is used")]
    internal static void Initialize() => Register();

    static bool TryOpen(int index, [NotNullWhen(true)] out Accelerator? accelerator, [NotNullWhen(false)] out string? whyNot)
    {
        lock (Gate)
        {
            (accelerator, whyNot) = (null, null);
            var devices = Shared.Value.Devices;
            if (Opened.TryGetValue(index, out var opened)) accelerator = opened;
            else if (index < devices.Length) accelerator = Opened[index] = new(index, Shared.Value, devices[index]);
            else whyNot = $"ILGPU has {devices.Length} device{(devices.Length == 1 ? "" : "s")} here, counted from 0";
            return accelerator is not null;
        }
    }
}
