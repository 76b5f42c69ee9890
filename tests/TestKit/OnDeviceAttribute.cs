using System.Reflection;
using Xunit.Sdk;

namespace Recurve.TestKit;

/// <summary>
/// Runs a theory on a device: its name comes before the columns of a member, or alone. Without the device the theory is skipped there, and says why.
/// Derived attributes name the devices that every test of the numerical suite is for.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class OnDeviceAttribute : DataAttribute
{
    readonly string device;
    readonly string? rows;

    /// <param name="device">As in <c>RECURVE_DEVICE</c>.</param>
    /// <param name="rows">A static property or method of the test's class that gives the other columns.</param>
    protected OnDeviceAttribute(string device, string? rows)
    {
        (this.device, this.rows) = (device, rows);
        if (!Device.TryGet(device, out _, out var whyNot)) Skip = whyNot;
    }

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
