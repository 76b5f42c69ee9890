namespace Recurve.Devices.Skeletons;

/// <summary>Memory of a device that the kernels of one call need between them, from its pool: whoever gets it next stands behind them in the queue.</summary>
internal sealed class DeviceScratch(Accelerator device) : IDisposable
{
    readonly List<Block> taken = [];

    public nint Take(long bytes)
    {
        var block = device.Pool.Take((bytes + sizeof(float) - 1) / sizeof(float));
        taken.Add(block);
        return block.Start;
    }

    public void Dispose()
    {
        foreach (var block in taken) device.Pool.Give(block);
    }
}
