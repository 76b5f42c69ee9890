using Recurve.Devices;

namespace Recurve.TestKit;

/// <summary>A device that runs nothing and notes what it was asked to: to look at kernels as they would be launched on a device that is not here.</summary>
internal sealed unsafe class PaperDevice(string name, GroupLimits? limits) : Accelerator(name, "on paper")
{
    nint next = 1 << 20;

    /// <summary>An NVIDIA H200.</summary>
    public static PaperDevice H200() => new("paper:0", new(Units: 132, Items: 1024, SharedBytes: 227 << 10, Registers: 1 << 16, ArgumentBytes: 4096));

    /// <summary>What was launched, in order.</summary>
    public List<(DeviceProgram Program, string Kernel, Grid Grid)> Launches { get; } = [];

    public override GroupLimits? GroupLimits => limits;

    public override long MemoryBytes => 1L << 40;

    public override nint Allocate(long bytes)
    {
        var address = next;
        next += (nint)((bytes + 255) / 256 * 256 + 256);
        return address;
    }

    public override void Free(nint address) { }

    public override void Write(nint target, void* source, long bytes) { }

    public override void Read(nint source, void* target, long bytes) => new Span<byte>(target, checked((int)bytes)).Clear();

    public override void Copy(nint source, nint target, long bytes) { }

    public override void Fill(nint target, byte value, long bytes) { }

    public override void Launch(DeviceProgram program, string kernel, Grid grid, params ReadOnlySpan<Argument> arguments)
    {
        if (!grid.IsEmpty) Launches.Add((program, kernel, grid));
    }

    public override void Synchronize() { }
}
