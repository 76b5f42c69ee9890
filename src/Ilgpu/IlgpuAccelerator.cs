using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using Recurve.Devices;
using Recurve.Ilgpu.Launching;

namespace Recurve.Ilgpu;

/// <summary>
/// A device that ILGPU compiles C# for. Its addresses are those of the device; a kernel gets its arguments as words in memory of the device, one buffer for all
/// launches, which follow each other.
/// </summary>
sealed unsafe class IlgpuAccelerator : Devices.Accelerator
{
    readonly ILGPU.Runtime.Accelerator accelerator;
    readonly SortedList<nint, MemoryBuffer1D<byte, Stride1D.Dense>> buffers = [];
    // compiled once by method (ILGPU), looked up once by program
    readonly ConditionalWeakTable<DeviceProgram, ConcurrentDictionary<string, Kernel>> kernels = [];
    readonly Lock gate = new();
    MemoryBuffer1D<long, Stride1D.Dense>? words;

    public IlgpuAccelerator(int index, Context context, ILGPU.Runtime.Device device) : base($"ilgpu:{index}", $"{device.Name} by ILGPU")
    {
        accelerator = device.CreateAccelerator(context);
        // the processor does not say
        MemoryBytes = device is CPUDevice ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes : device.MemorySize;
    }

    public override long MemoryBytes { get; }

    AcceleratorStream Stream => accelerator.DefaultStream;

    public override nint Allocate(long bytes) => Guarded($"allocating {bytes} bytes", () =>
    {
        if (bytes > MemoryBytes) throw new OutOfMemoryException();
        var buffer = accelerator.Allocate1D<byte>(Math.Max(bytes, 1));
        buffers.Add(buffer.NativePtr, buffer);
        return buffer.NativePtr;
    });

    public override void Free(nint address)
    {
        lock (gate)
        {
            if (!buffers.Remove(address, out var buffer)) return;
            try
            {
                accelerator.Synchronize();
                buffer.Dispose();
            }
            catch (AcceleratorException)
            {
                // of a device that stopped working nothing is left
            }
        }
    }

    public override void Write(nint target, void* source, long bytes)
    {
        if (bytes > 0) Guarded($"writing {bytes} bytes", () => ViewOf(target, bytes).CopyFromCPU(Stream, ref *(byte*)source, bytes));
    }

    public override void Read(nint source, void* target, long bytes)
    {
        if (bytes > 0) Guarded($"reading {bytes} bytes", () => ViewOf(source, bytes).CopyToCPU(Stream, ref *(byte*)target, bytes));
    }

    public override void Copy(nint source, nint target, long bytes)
    {
        if (bytes > 0) Guarded($"copying {bytes} bytes", () => ViewOf(source, bytes).CopyTo(Stream, ViewOf(target, bytes)));
    }

    public override void Fill(nint target, byte value, long bytes)
    {
        if (bytes > 0) Guarded($"filling {bytes} bytes", () => ViewOf(target, bytes).MemSet(Stream, value));
    }

    public override void Launch(DeviceProgram program, string kernel, Devices.Grid grid, params ReadOnlySpan<Argument> arguments)
    {
        if (grid.IsEmpty) return;
        var items = grid.Groups * grid.Items * grid.GroupsY;
        if (items > int.MaxValue)
            throw new DeviceException($"{this}: {kernel} of {program.Name} has {items} items; a launch has at most {int.MaxValue}.");
        var compiled = kernels.GetOrCreateValue(program).GetOrAdd(kernel, name => Compile(program, name));
        lock (gate)
        {
            var listed = LaunchWords.Of(compiled.Body, grid, arguments, words?.NativePtr ?? 0);
            if (words is null || words.Length < listed.Length)
            {
                Guarded("allocating arguments", () => Grow(listed.Length));
                listed = LaunchWords.Of(compiled.Body, grid, arguments, words!.NativePtr);
            }
            Guarded($"running {kernel} of {program.Name}", () =>
            {
                words.View.BaseView.SubView(0, listed.Length).CopyFromCPU(Stream, listed);
                compiled.Run((Index1D)(int)items, words.View.BaseView);
            });
        }
        Argument.KeepAlive(arguments);
    }

    public override void Synchronize() => Guarded("waiting", accelerator.Synchronize);

    Kernel Compile(DeviceProgram program, string kernel)
    {
        if (program.Body is { } body) LaunchWords.Check(body);
        var method = KernelMethods.Of(program, kernel);
        try
        {
            return new(accelerator.LoadAutoGroupedStreamKernel(method.CreateDelegate<Action<Index1D, ArrayView<long>>>()), method.DeclaringType!.IsGenericType ? program.Body : null);
        }
        catch (Exception e) when (e is InternalCompilerException or NotSupportedException or AcceleratorException)
        {
            throw new DeviceException($"{this}: {kernel} of {program.Name} does not compile: {e.InnerException?.Message ?? e.Message}", e);
        }
    }

    void Grow(long length)
    {
        accelerator.Synchronize();
        words?.Dispose();
        words = accelerator.Allocate1D<long>(Math.Max(1024, 2 * length));
    }

    ArrayView<byte> ViewOf(nint address, long bytes)
    {
        // the last buffer that does not start behind the address
        int low = 0, high = buffers.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (buffers.Keys[middle] <= address) low = middle + 1;
            else high = middle;
        }
        if (low > 0 && address - buffers.Keys[low - 1] is var offset && offset + bytes <= buffers.Values[low - 1].LengthInBytes)
            return buffers.Values[low - 1].View.BaseView.SubView(offset, bytes);
        throw new InvalidOperationException($"0x{address:x} is no address of this device.");
    }

    void Guarded(string what, Action run) => Guarded(what, () =>
    {
        run();
        return 0;
    });

    T Guarded<T>(string what, Func<T> run)
    {
        try
        {
            lock (gate) return run();
        }
        catch (Exception e) when (e is OutOfMemoryException or CudaException { Error: nameof(CudaError.CUDA_ERROR_OUT_OF_MEMORY) })
        {
            throw new DeviceOutOfMemoryException($"{this} is out of memory: {what}, of {MemoryBytes} bytes.", e);
        }
        catch (AcceleratorException e)
        {
            throw new DeviceException($"{this}: {what}: {e.Message}", e);
        }
    }

    sealed record Kernel(Action<Index1D, ArrayView<long>> Run, FusedBody? Body);
}
