using System.Runtime.InteropServices;

namespace Recurve.Devices;

/// <summary>Memory of the processor in which numbers wait on their way to a device and back, as a pool sees it.</summary>
internal sealed unsafe class StagingMemory(Accelerator accelerator) : MemorySource
{
    // page-locked memory is missing elsewhere
    public override long Limit => 256L << 20;

    public override long Bytes => StoragePool.Host.MemoryBytes;

    public override Block Allocate(long bytes) => accelerator.AllocateStaging(bytes);

    public override void Poison(Block block) => NativeMemory.Fill((void*)block.Start, checked((nuint)block.Bytes), 0xff);

    public override void Free(Block block) => accelerator.FreeStaging(block);
}
