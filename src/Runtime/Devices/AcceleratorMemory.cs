namespace Recurve.Devices;

/// <summary>A device's memory as a pool sees it.</summary>
internal sealed class AcceleratorMemory(Accelerator accelerator) : MemorySource
{
    /// <summary>Half of the device's.</summary>
    public override long Limit => Bytes / 2;

    public override long Bytes => accelerator.MemoryBytes;

    public override Block Allocate(long bytes)
    {
        var address = accelerator.Allocate(bytes);
        return new(address, bytes, address);
    }

    public override void Poison(Block block) => accelerator.Fill(block.Start, 0xff, block.Bytes);

    public override void Free(Block block) => accelerator.Free(block.Base);
}
