namespace Recurve.Devices.Skeletons;

/// <summary>Memory of a device that the kernels of one call need between them.</summary>
internal sealed class DeviceScratch(Accelerator device) : IDisposable
{
    readonly List<nint> taken = [];

    public nint Take(long bytes)
    {
        var address = device.Allocate(bytes);
        taken.Add(address);
        return address;
    }

    /// <summary>Once what is queued is done with it.</summary>
    public void Dispose()
    {
        foreach (var address in taken) device.Free(address);
    }
}
