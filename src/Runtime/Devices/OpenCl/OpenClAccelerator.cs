using System.Runtime.InteropServices;

namespace Recurve.Devices.OpenCl;

/// <summary>One OpenCL device: a context, and a queue that runs commands in order.</summary>
internal sealed unsafe class OpenClAccelerator : Accelerator
{
    const long StagingLimit = 64 << 20;

    readonly OpenClInfo info;
    readonly nint context;
    readonly OpenClBuffers buffers = new();
    readonly OpenClPrograms programs;
    readonly OpenClGuards guards;
    readonly Lazy<ClBlastProducts?> products;
    readonly List<nint> staged = [];
    long stagedBytes;

    /// <exception cref="DeviceException">The driver does not open it.</exception>
    public OpenClAccelerator(int index, OpenClInfo info) : base($"opencl:{index}", info.Name)
    {
        this.info = info;
        GroupLimits = info.GroupLimits;
        var device = info.Device;
        int status;
        context = OpenClApi.clCreateContext(null, 1, &device, 0, 0, &status);
        OpenClStatus.Check(status, this, "creating a context");
        Queue = OpenClApi.clCreateCommandQueue(context, device, 0, &status);
        OpenClStatus.Check(status, this, "creating a queue");
        (programs, guards) = (new(this, context, info), new(this));
        products = new(() => ClBlastProducts.Of(this));
    }

    public override long MemoryBytes => info.MemoryBytes;

    public override int ExtendedBytes => info.HasDouble ? sizeof(double) : sizeof(float);

    public override ProductLibrary? Products => products.Value;

    public override GroupLimits GroupLimits { get; }

    /// <summary>One thread at a time: the arguments of a kernel are set before it is queued.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Where everything is queued.</summary>
    public nint Queue { get; }

    /// <summary>It stopped working; the next that asks for it opens it afresh.</summary>
    public bool IsLost { get; private set; }

    public override nint Allocate(long bytes)
    {
        var most = Math.Min(info.AllocationBytes, OpenClBuffers.MaxBytes);
        if (bytes > most)
            throw new DeviceOutOfMemoryException($"{this} is out of memory: {bytes} bytes in one piece, of which the driver gives at most {most}.");
        lock (Gate)
        {
            int status;
            var hasGuard = Pool is { Poisons: true, IsExact: false };
            var handle = OpenClApi.clCreateBuffer(context, OpenClApi.ReadWrite, (nuint)Math.Max(hasGuard ? bytes + OpenClGuards.Bytes : bytes, 1), null, &status);
            Check(status, $"allocating {bytes} bytes");
            if (hasGuard) guards.Add(handle, bytes);
            return buffers.Add(handle);
        }
    }

    public override void Free(nint address)
    {
        lock (Gate)
        {
            var handle = buffers.Remove(address);
            guards.Remove(handle);
            _ = OpenClApi.clReleaseMemObject(handle);
        }
    }

    // of a buffer that the driver keeps in the processor's memory, mapped for as long as it lives
    public override Block AllocateStaging(long bytes)
    {
        lock (Gate)
        {
            int status;
            var handle = OpenClApi.clCreateBuffer(context, OpenClApi.ReadWrite | OpenClApi.AllocateOnHost, (nuint)bytes, null, &status);
            Check(status, $"allocating {bytes} bytes of page-locked memory");
            var mapped = OpenClApi.clEnqueueMapBuffer(Queue, handle, OpenClApi.True, OpenClApi.MapReadAndWrite, 0, (nuint)bytes, 0, null, null, &status);
            if (status != 0) _ = OpenClApi.clReleaseMemObject(handle);
            Check(status, $"mapping {bytes} bytes of page-locked memory");
            return new(handle, bytes, (nint)mapped);
        }
    }

    public override void FreeStaging(Block block)
    {
        lock (Gate)
        {
            // in the queue, behind what still reads it
            _ = OpenClApi.clEnqueueUnmapMemObject(Queue, block.Base, (void*)block.Start, 0, null, null);
            _ = OpenClApi.clReleaseMemObject(block.Base);
        }
    }

    public override void WriteStaged(nint target, void* source, long bytes)
    {
        if (bytes == 0) return;
        var (handle, offset) = buffers.Find(target);
        lock (Gate)
            Check(OpenClApi.clEnqueueWriteBuffer(Queue, handle, OpenClApi.False, (nuint)offset, (nuint)bytes, source, 0, null, null), $"writing {bytes} bytes");
    }

    public override void Write(nint target, void* source, long bytes)
    {
        if (bytes == 0) return;
        var (handle, offset) = buffers.Find(target);
        lock (Gate)
        {
            if (stagedBytes + bytes > StagingLimit)
            {
                Check(OpenClApi.clEnqueueWriteBuffer(Queue, handle, OpenClApi.True, (nuint)offset, (nuint)bytes, source, 0, null, null), $"writing {bytes} bytes");
                FreeStaged();
                return;
            }
            // the driver reads it later: from a copy, which lives until the queue is known to be empty
            var copy = NativeMemory.Alloc((nuint)bytes);
            NativeMemory.Copy(source, copy, (nuint)bytes);
            staged.Add((nint)copy);
            stagedBytes += bytes;
            Check(OpenClApi.clEnqueueWriteBuffer(Queue, handle, OpenClApi.False, (nuint)offset, (nuint)bytes, copy, 0, null, null), $"writing {bytes} bytes");
        }
    }

    public override void Read(nint source, void* target, long bytes)
    {
        if (bytes == 0) return;
        var (handle, offset) = buffers.Find(source);
        lock (Gate)
        {
            Check(OpenClApi.clEnqueueReadBuffer(Queue, handle, OpenClApi.True, (nuint)offset, (nuint)bytes, target, 0, null, null), $"reading {bytes} bytes");
            FreeStaged();
        }
    }

    public override void Copy(nint source, nint target, long bytes)
    {
        if (bytes == 0) return;
        var (from, to) = (buffers.Find(source), buffers.Find(target));
        lock (Gate)
        {
            Check(
                OpenClApi.clEnqueueCopyBuffer(Queue, from.Handle, to.Handle, (nuint)from.Offset, (nuint)to.Offset, (nuint)bytes, 0, null, null),
                $"copying {bytes} bytes");
        }
    }

    public override void Fill(nint target, byte value, long bytes)
    {
        if (bytes == 0) return;
        var (handle, offset) = buffers.Find(target);
        // four bytes at once, as all memory is used
        var pattern = value * 0x01010101;
        lock (Gate)
            Check(OpenClApi.clEnqueueFillBuffer(Queue, handle, &pattern, sizeof(int), (nuint)offset, (nuint)bytes, 0, null, null), $"filling {bytes} bytes");
    }

    public override void Launch(DeviceProgram program, string kernel, Grid grid, params ReadOnlySpan<Argument> arguments)
    {
        if (grid.IsEmpty) return;
        lock (Gate)
        {
            var (handle, parameters, sizes) = programs.KernelOf(program, kernel);
            grid = grid.On(sizes);
            var global = stackalloc nuint[] { (nuint)(grid.Groups * grid.Items), (nuint)(grid.GroupsY * grid.ItemsY) };
            var local = stackalloc nuint[] { (nuint)grid.Items, (nuint)grid.ItemsY };
            uint parameter = 0;
            foreach (ref readonly var argument in arguments) Set(handle, ref parameter, argument, kernel);
            // one that is missing would keep its last value
            if (parameter != parameters) throw new InvalidOperationException($"{kernel} of {program.Name} has {parameters} parameters, not {parameter}.");
            Check(OpenClApi.clEnqueueNDRangeKernel(Queue, handle, 2, null, global, local, 0, null, null), $"running {kernel} of {program.Name}");
            if (!guards.IsEmpty) guards.Check($"{kernel} of {program.Name}", arguments);
        }
        Argument.KeepAlive(arguments);
    }

    /// <inheritdoc cref="OpenClBuffers.Find"/>
    public (nint Handle, long Offset) Find(nint address) => buffers.Find(address);

    public override void Synchronize()
    {
        lock (Gate)
        {
            Check(OpenClApi.clFinish(Queue), "waiting");
            FreeStaged();
        }
    }

    void Set(nint kernel, ref uint parameter, in Argument argument, string name)
    {
        switch (argument.Kind)
        {
            case ArgumentKind.Address:
                var (buffer, offset) = buffers.Find((nint)argument.Bits);
                SetNumber(kernel, ref parameter, buffer, sizeof(nint), name);
                SetNumber(kernel, ref parameter, offset, sizeof(long), name);
                break;
            case ArgumentKind.Extended when !info.HasDouble:
                SetNumber(kernel, ref parameter, BitConverter.SingleToInt32Bits((float)BitConverter.Int64BitsToDouble(argument.Bits)), sizeof(float), name);
                break;
            default:
                SetNumber(kernel, ref parameter, argument.Bits, argument.Kind is ArgumentKind.Int or ArgumentKind.Float ? sizeof(int) : sizeof(long), name);
                break;
        }
    }

    // little-endian: the low bytes come first
    void SetNumber(nint kernel, ref uint parameter, long bits, int size, string name)
    {
        Check(OpenClApi.clSetKernelArg(kernel, parameter, (nuint)size, &bits), $"argument {parameter} of {name}");
        parameter++;
    }

    void FreeStaged()
    {
        foreach (var copy in staged) NativeMemory.Free((void*)copy);
        staged.Clear();
        stagedBytes = 0;
    }

    /// <summary>Throws unless a call succeeded.</summary>
    public void Check(int status, string call)
    {
        if (status == 0) return;
        try
        {
            OpenClStatus.Check(status, this, call);
        }
        catch (DeviceLostException)
        {
            IsLost = true;
            throw;
        }
    }
}
