using System.Runtime.InteropServices;

namespace Recurve.Devices.Cuda;

/// <summary>
/// Page-locked memory on the way to the device, in two halves: while the device reads one, the other is filled. So what is written may change at once, and nobody waits but for a
/// half that is still read.
/// </summary>
internal sealed unsafe class CudaStaging
{
    const long HalfBytes = 8 << 20, Alignment = 64;

    readonly CudaAccelerator device;
    readonly nint stream;
    readonly byte* memory;
    readonly nint[] events = new nint[2];
    int half;
    long used;

    public CudaStaging(CudaAccelerator device, nint stream)
    {
        (this.device, this.stream) = (device, stream);
        memory = (byte*)device.AllocateStaging(2 * HalfBytes).Start;
        for (var i = 0; i < 2; i++)
        {
            nint made;
            device.Check(CudaApi.cuEventCreate(&made, CudaApi.DisableTiming), "creating an event");
            events[i] = made;
        }
    }

    public void Write(nint target, void* source, long bytes)
    {
        for (long done = 0; done < bytes;)
        {
            if (used == HalfBytes) Turn();
            var part = Math.Min(bytes - done, HalfBytes - used);
            var from = memory + half * HalfBytes + used;
            NativeMemory.Copy((byte*)source + done, from, (nuint)part);
            device.Check(CudaApi.cuMemcpyHtoDAsync_v2(target + (nint)done, from, (nuint)part, stream), $"writing {bytes} bytes");
            done += part;
            used = Math.Min(HalfBytes, (used + part + Alignment - 1) / Alignment * Alignment);
        }
    }

    // an event that was never recorded is not waited for
    void Turn()
    {
        device.Check(CudaApi.cuEventRecord(events[half], stream), "recording an event");
        half = 1 - half;
        device.Check(CudaApi.cuEventSynchronize(events[half]), "waiting for an event");
        used = 0;
    }
}
