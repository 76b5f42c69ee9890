using System.Text;

namespace Recurve.Devices.OpenCl;

/// <summary>What a device says of itself.</summary>
/// <param name="Device">Its handle.</param>
internal sealed unsafe record OpenClInfo(nint Device)
{
    const uint Type = 0x1000, MaxComputeUnits = 0x1002, MaxWorkGroupSize = 0x1004, MaxAllocation = 0x1010, GlobalMemory = 0x101F, LocalMemory = 0x1023, Available = 0x1027,
        CompilerAvailable = 0x1028, NameOfDevice = 0x102B, VersionOfDevice = 0x102F, Extensions = 0x1030, ParameterSize = 0x1017;
    const ulong GpuType = 4;
    const int GroupItems = Grid.GroupItems, LocalBytes = 16 << 10, Registers = 1 << 15;

    public string Name => Text(NameOfDevice);

    public bool IsGpu => (Number(Type) & GpuType) != 0;

    public long MemoryBytes => (long)Number(GlobalMemory);

    public long Units => (long)Number(MaxComputeUnits);

    /// <summary>The greatest single allocation.</summary>
    public long AllocationBytes => (long)Number(MaxAllocation);

    /// <summary>What a group can have; of registers OpenCL does not tell.</summary>
    public GroupLimits GroupLimits => new((int)Units, (int)Number(MaxWorkGroupSize), (int)Math.Min(Number(LocalMemory), int.MaxValue), Registers, (int)Number(ParameterSize));

    /// <summary>Whether it has double precision.</summary>
    public bool HasDouble { get; } = Text(Device, Extensions).Split(' ').Contains("cl_khr_fp64");

    /// <summary>In words, what it lacks to run the kernels; null: nothing.</summary>
    public string? Lacks() =>
        Number(Available) == 0 ? "the driver says that it is not available"
        : Number(CompilerAvailable) == 0 ? "its driver has no compiler"
        : !Version() ? $"it has {Text(VersionOfDevice)}, and version 1.2 is needed"
        : Number(MaxWorkGroupSize) < GroupItems ? $"its work groups have at most {Number(MaxWorkGroupSize)} items, and {GroupItems} are needed"
        : Number(LocalMemory) < LocalBytes ? $"it has {Number(LocalMemory)} bytes of local memory, and {LocalBytes} are needed"
        : !BitConverter.IsLittleEndian ? "this processor is big-endian"
        : null;

    // "OpenCL 1.2 …", "OpenCL 3.0 …"
    bool Version() => Text(VersionOfDevice).Split(' ') is [_, var number, ..] && System.Version.TryParse(number, out var version) && version >= new Version(1, 2);

    ulong Number(uint name)
    {
        ulong value = 0;
        return OpenClApi.clGetDeviceInfo(Device, name, sizeof(ulong), &value, null) == 0 ? value : 0;
    }

    string Text(uint name) => Text(Device, name);

    static string Text(nint device, uint name)
    {
        nuint size;
        if (OpenClApi.clGetDeviceInfo(device, name, 0, null, &size) != 0) return "";
        var bytes = new byte[size];
        fixed (byte* start = bytes) OpenClApi.clGetDeviceInfo(device, name, size, start, null);
        return Encoding.UTF8.GetString(bytes).TrimEnd('\0').Trim();
    }
}
