namespace Recurve.Devices;

/// <summary>
/// A device with memory of its own: what CUDA and OpenCL have in common. Commands are queued and run in the order they are given; only
/// <see cref="Read"/> and <see cref="Synchronize"/> wait for them. May be used by several threads.
/// </summary>
/// <remarks>
/// An address counts bytes within an allocation, so that a view is an addition as on the processor; 0 is nothing. Only the accelerator that gave it
/// can say what it means, and the processor never reads through it.
/// </remarks>
internal abstract unsafe class Accelerator
{
    protected Accelerator(string name, string description)
    {
        (Name, Description) = (name, description);
        (Device, Pool, Staging) = (new(this), new(new AcceleratorMemory(this)), new(new StagingMemory(this)));
    }

    /// <summary>As in <c>RECURVE_DEVICE</c>: <c>opencl:0</c>.</summary>
    public string Name { get; }

    /// <summary>What the driver calls it.</summary>
    public string Description { get; }

    /// <summary>What the user holds.</summary>
    public Device Device { get; }

    /// <summary>Memory that is waiting for its next use.</summary>
    public StoragePool Pool { get; }

    /// <summary>Memory of the processor that the device reads and writes by itself (page-locked), for numbers on their way: waiting for its next use.</summary>
    public StoragePool Staging { get; }

    /// <summary>Whether addresses are those of CUDA's driver, which other libraries take too.</summary>
    public virtual bool HasCudaAddresses => false;

    /// <summary>Bytes of an <c>extended</c> of the kernels, in which sums and summaries are taken: a double, or a float where a device has no double precision.</summary>
    public virtual int ExtendedBytes => sizeof(double);

    /// <summary>Bytes of the device's memory.</summary>
    public abstract long MemoryBytes { get; }

    /// <summary>A library's matrix products; null: none are found, and Gemm.cl multiplies.</summary>
    public virtual ProductLibrary? Products => null;

    /// <summary>How groups can wait for groups that started before them; null: not at all.</summary>
    public virtual Chaining? Chaining => null;

    /// <summary>What one group of items can have; null: kernels do not count on it.</summary>
    public virtual GroupLimits? GroupLimits => null;

    /// <summary>New memory with arbitrary contents, aligned for every type.</summary>
    /// <exception cref="DeviceOutOfMemoryException">There is not so much; the accelerator goes on.</exception>
    public abstract nint Allocate(long bytes);

    /// <summary>Frees what <see cref="Allocate"/> gave, once the commands in the queue are done with it. Never throws: of a lost device nothing is left.</summary>
    public abstract void Free(nint address);

    /// <summary>New memory for <see cref="Staging"/>; of a device that has none of its own, the processor's.</summary>
    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    public virtual Block AllocateStaging(long bytes) => StoragePool.Host.Source.Allocate(bytes);

    /// <summary>Frees what <see cref="AllocateStaging"/> gave, once the commands in the queue are done with it. Never throws.</summary>
    public virtual void FreeStaging(Block block) => StoragePool.Host.Source.Free(block);

    /// <summary>Copies from the processor; the source may be changed at once.</summary>
    public abstract void Write(nint target, void* source, long bytes);

    /// <summary>As <see cref="Write"/> from memory of <see cref="Staging"/>, which the device reads when the command's turn comes: until the next wait it must not change.</summary>
    public virtual void WriteStaged(nint target, void* source, long bytes) => Write(target, source, bytes);

    /// <summary>Copies to the processor, after everything in the queue.</summary>
    public abstract void Read(nint source, void* target, long bytes);

    /// <summary><see cref="Read"/> of numbers of <see cref="ExtendedBytes"/>, as doubles.</summary>
    public void ReadExtended(nint source, double* target, long count)
    {
        Read(source, target, count * ExtendedBytes);
        if (ExtendedBytes == sizeof(double)) return;
        // in place: the last first
        for (var i = count - 1; i >= 0; i--) target[i] = ((float*)target)[i];
    }

    /// <summary>Copies on the device; the ranges must not overlap.</summary>
    public abstract void Copy(nint source, nint target, long bytes);

    /// <summary>Sets bytes to 0.</summary>
    public void Clear(nint target, long bytes) => Fill(target, 0, bytes);

    /// <summary>Sets bytes.</summary>
    public abstract void Fill(nint target, byte value, long bytes);

    /// <summary>Queues a kernel. Every address must lie in memory of this accelerator.</summary>
    /// <param name="program">Is compiled if it was not yet.</param>
    /// <param name="kernel">The function's name in its text.</param>
    /// <param name="grid">Nothing happens if it is empty.</param>
    /// <param name="arguments">In the text's order.</param>
    /// <exception cref="DeviceException">The text does not compile; the message holds the compiler's log.</exception>
    public abstract void Launch(DeviceProgram program, string kernel, Grid grid, params ReadOnlySpan<Argument> arguments);

    /// <summary>Queues many small commands, as one where the device can.</summary>
    /// <param name="key">Of commands that are likely to be the same kernels as before, with other arguments.</param>
    /// <param name="commands">Kernels, copies and products; they have run once before, and neither read, write nor wait.</param>
    public virtual void Together(object key, Action commands) => commands();

    /// <summary>Waits until the queue is empty.</summary>
    /// <exception cref="DeviceLostException">The device stopped working.</exception>
    public abstract void Synchronize();

    /// <summary>The name, and what the driver calls it.</summary>
    public override string ToString() => $"{Name} ({Description})";
}
