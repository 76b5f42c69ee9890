using System.Runtime.InteropServices;
using Recurve.Devices;

namespace Recurve;

/// <summary>
/// Memory of one tensor or one kernel's scratch, on the processor or on a device: aligned to a cache line, pooled, given back by the finalizer
/// when nobody calls <see cref="Return"/>. At least 16 floats beyond <see cref="Length"/> belong to it, so that a lane may be read at the end.
/// </summary>
/// <remarks>
/// The garbage collector does not see a raw pointer: whoever computes through <see cref="Pointer"/> or <see cref="Address"/> ends with
/// <c>GC.KeepAlive(storage)</c> (or the tensor that owns it). On a device memory may go back while kernels in the queue still use it: whoever gets it
/// next stands behind them.
/// </remarks>
internal sealed unsafe class Storage
{
    readonly StoragePool pool;
    readonly Block block;
    nint address;

    Storage(Device device, StoragePool pool, long length)
    {
        (Device, this.pool, Length) = (device, pool, length);
        block = pool.Take(length);
        address = block.Start;
    }

    ~Storage() => GiveBack();

    /// <summary>Where it is.</summary>
    public Device Device { get; }

    /// <summary>The device that computes with it; null: the processor.</summary>
    public Accelerator? Accelerator => Device.Accelerator;

    /// <summary>Number of floats asked for.</summary>
    public long Length { get; }

    /// <summary>First float, 64-byte aligned; never null, also for length 0. Of a device only it knows what the address means.</summary>
    /// <exception cref="InvalidOperationException">The memory was returned.</exception>
    public nint Address => address != 0 ? address : throw new InvalidOperationException(
        "The memory of this tensor was returned to the pool: it was an intermediate result of a graph that Backward has consumed.");

    /// <summary>The same for the processor.</summary>
    /// <exception cref="InvalidOperationException">The memory was returned, or is a device's.</exception>
    public float* Pointer => Accelerator is null ? (float*)Address : throw new InvalidOperationException($"The processor cannot read the memory of {Device}.");

    /// <summary>Whether <see cref="Return"/> was called.</summary>
    public bool IsReturned => address == 0;

    /// <summary>How many gradient slots of a running backward pass hold it; <see cref="Pinned"/>: it belongs to the user.</summary>
    public int Uses { get; set; }

    /// <summary>Marks memory that a backward pass must neither change nor return.</summary>
    public const int Pinned = int.MinValue / 2;

    /// <summary>Counts changes in place by optimizers and loading, so that a stale graph is noticed.</summary>
    public int Changes { get; set; }

    /// <summary>Takes memory from the processor's pool; its contents are arbitrary unless <paramref name="clear"/>.</summary>
    /// <exception cref="OutOfMemoryException">Neither the pool nor the system has it.</exception>
    public static Storage Rent(long floats, bool clear = false) => Rent(Device.Cpu, floats, clear);

    /// <summary>Takes memory from a device's pool; its contents are arbitrary unless <paramref name="clear"/>.</summary>
    /// <exception cref="OutOfMemoryException">Neither the pool nor the device has it.</exception>
    public static Storage Rent(Device device, long floats, bool clear = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(floats);
        var storage = new Storage(device, device.Pool, floats);
        if (clear) storage.Clear();
        return storage;
    }

    /// <summary>Takes memory of the processor for numbers on their way to a device and back: page-locked, where that is no processor.</summary>
    /// <exception cref="OutOfMemoryException">Neither the pool nor the system has it.</exception>
    public static Storage RentStaging(Device device, long floats, bool clear = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(floats);
        var storage = new Storage(Device.Cpu, device.Accelerator?.Staging ?? StoragePool.Host, floats);
        if (clear) storage.Clear();
        return storage;
    }

    /// <summary>Sets every float to zero.</summary>
    public void Clear()
    {
        if (Accelerator is { } accelerator) accelerator.Clear(Address, Length * sizeof(float));
        else NativeMemory.Clear(Pointer, checked((nuint)Length * sizeof(float)));
        GC.KeepAlive(this);
    }

    /// <summary>Takes over the floats of memory as long, wherever it is. Waits only where they come to the processor.</summary>
    public void CopyFrom(Storage source) => CopyFrom(source, 0, 0, Length);

    /// <summary>The same of a part.</summary>
    /// <param name="source">Where they are.</param>
    /// <param name="from">The first of them there.</param>
    /// <param name="to">Where it goes here.</param>
    /// <param name="floats">How many.</param>
    public void CopyFrom(Storage source, long from, long to, long floats)
    {
        var bytes = floats * sizeof(float);
        nint start = source.Address + (nint)(from * sizeof(float)), target = Address + (nint)(to * sizeof(float));
        switch (source.Accelerator, Accelerator)
        {
            case (null, null):
                Buffer.MemoryCopy((void*)start, (void*)target, bytes, bytes);
                break;
            case (null, { } there):
                there.Write(target, (void*)start, bytes);
                break;
            case ({ } there, null):
                there.Read(start, (void*)target, bytes);
                break;
            case ({ } one, { } other) when one == other:
                one.Copy(start, target, bytes);
                break;
            default:
                var between = RentStaging(source.Device, floats);
                between.CopyFrom(source, from, 0, floats);
                CopyFrom(between, 0, to, floats);
                between.Return();
                break;
        }
        GC.KeepAlive(source);
        GC.KeepAlive(this);
    }

    /// <summary>Gives the memory back at once. Later use through this object is an error, a second call has no effect.</summary>
    public void Return()
    {
        GiveBack();
        GC.SuppressFinalize(this);
    }

    void GiveBack()
    {
        if (address == 0) return;
        address = 0;
        pool.Give(block);
    }
}
