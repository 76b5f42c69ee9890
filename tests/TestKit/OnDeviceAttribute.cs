using System.Reflection;
using Recurve.TestKit.Cuda;
using Xunit.Sdk;

namespace Recurve.TestKit;

/// <summary>
/// Runs a theory on a device: its name comes before the columns of a member, or alone. Without the device the theory is skipped there, and says why. What kernels write to is
/// full of NaN before; with RECURVE_EXACT_MEMORY=1 there is also nothing of the device's memory beside it.
/// Derived attributes name the devices that every test of the numerical suite is for.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class OnDeviceAttribute : DataAttribute
{
    static readonly bool isExact = Environment.GetEnvironmentVariable("RECURVE_EXACT_MEMORY") == "1";

    readonly string device;
    readonly string? rows;

    /// <param name="device">As in <c>RECURVE_DEVICE</c>.</param>
    /// <param name="rows">A static property or method of the test's class that gives the other columns.</param>
    protected OnDeviceAttribute(string device, string? rows)
    {
        (this.device, this.rows) = (device, rows);
        Skip = WhyNot;
        if (Skip is null && Device.TryGet(device, out var there, out _) && there.Accelerator is { } accelerator) (accelerator.Pool.Poisons, accelerator.Pool.IsExact) = (true, isExact);
    }

    /// <summary>Why there is no such device, in words.</summary>
    protected virtual string? WhyNot => Device.TryGet(device, out _, out var whyNot) ? null : whyNot;

    /// <inheritdoc/>
    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.FlattenHierarchy;
        if (rows is null) return [[device]];
        var type = testMethod.ReflectedType!;
        var data = type.GetProperty(rows, Static)?.GetValue(null) ?? type.GetMethod(rows, Static)?.Invoke(null, null);
        return ((IEnumerable<object[]>)data!).Select(row => (object[])[device, .. row]);
    }
}

/// <summary>On the processor.</summary>
public sealed class OnCpuAttribute(string? rows = null) : OnDeviceAttribute("cpu", rows);

/// <summary>On the first OpenCL device.</summary>
public sealed class OnOpenClAttribute(string? rows = null) : OnDeviceAttribute("opencl:0", rows);

/// <summary>On the first NVIDIA card.</summary>
public sealed class OnCudaAttribute(string? rows = null) : OnDeviceAttribute("cuda:0", rows)
{
    /// <inheritdoc/>
    protected override string? WhyNot => CudaPresence.WhyNoCard;
}

/// <summary>On the double that stands in for CUDA's driver, compiler and products where there is no card: its second device, so that no name is that of a card's test.</summary>
public sealed class OnCudaDoubleAttribute(string? rows = null) : OnDeviceAttribute("cuda:1", rows)
{
    /// <inheritdoc/>
    protected override string? WhyNot => CudaPresence.WhyNoDouble;
}

/// <summary>The same in an assembly in which other tests need the NVRTC of the machine.</summary>
public sealed class OnCudaDoubleBesideNvrtcAttribute(string? rows = null) : OnDeviceAttribute("cuda:1", rows)
{
    /// <inheritdoc/>
    protected override string? WhyNot => CudaPresence.WhyNoDoubleBesideNvrtc;
}

/// <summary>On the first of ILGPU's devices: a card, or ILGPU's slow accelerator on the processor.</summary>
public sealed class OnIlgpuAttribute(string? rows = null) : OnDeviceAttribute("ilgpu:0", rows)
{
#if HAVE_ILGPU
    static OnIlgpuAttribute() => Ilgpu.IlgpuDevices.Register();
#else
    /// <inheritdoc/>
    protected override string? WhyNot => "no ILGPU: this build has none (UseIlgpu, docs/devices.md)";
#endif
}
