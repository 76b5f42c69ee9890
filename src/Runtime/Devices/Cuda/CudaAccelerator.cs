namespace Recurve.Devices.Cuda;

/// <summary>One NVIDIA device: its primary context, and a stream that runs commands in order.</summary>
internal sealed unsafe class CudaAccelerator : Accelerator
{
    // since the first cards with unified addresses
    const int MostGroupsY = 65535, MostItems = 1024, ArgumentBytes = 4096;

    readonly CudaInfo info;
    readonly nint context;
    readonly CudaStaging staging;
    readonly CudaPrograms programs;
    readonly CudaGraphs graphs;
    readonly Lazy<CublasProducts?> products;

    /// <exception cref="DeviceException">The driver does not open it.</exception>
    public CudaAccelerator(int index, CudaInfo info) : base($"cuda:{index}", info.Name)
    {
        this.info = info;
        MemoryBytes = info.MemoryBytes;
        GroupLimits = new(info.Multiprocessors, MostItems, info.MostShared, info.Registers, ArgumentBytes);
        nint made;
        Check(CudaApi.cuDevicePrimaryCtxRetain(&made, info.Device), "opening it");
        context = made;
        Enter();
        Check(CudaApi.cuStreamCreate(&made, CudaApi.NonBlocking), "creating a stream");
        Stream = made;
        staging = new(this, Stream);
        programs = new(this, new(NvrtcCompiler.TargetOf(info.Architecture, NvrtcCompiler.Architectures())!), info.Multiprocessors);
        graphs = new(this);
        products = new(() => CublasProducts.Of(this));
    }

    public override long MemoryBytes { get; }

    public override bool HasCudaAddresses => true;

    public override ProductLibrary? Products => products.Value;

    // from 7.0 on, threads of a warp progress by themselves
    public override Chaining? Chaining => info.Architecture >= 70 ? new(info.Multiprocessors, info.SharedBytes, info.MostShared) : null;

    public override GroupLimits GroupLimits { get; }

    /// <summary>One thread at a time: programs, staging and cuBLAS's handle are shared, and what is queued while a graph is captured is part of it.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Where everything is queued.</summary>
    public nint Stream { get; }

    /// <summary>It stopped working; the next that asks for it opens it afresh.</summary>
    public bool IsLost { get; private set; }

    public override nint Allocate(long bytes)
    {
        Enter();
        nint address;
        Check(CudaApi.cuMemAlloc_v2(&address, (nuint)Math.Max(bytes, 1)), $"allocating {bytes} bytes");
        return address;
    }

    public override void Free(nint address)
    {
        if (!graphs.Postpones(address)) FreeNow(address);
    }

    /// <summary>As <see cref="Free"/>, also while a graph is captured.</summary>
    // of a lost device the addresses may be another's by now
    public void FreeNow(nint address)
    {
        if (!IsLost && CudaApi.cuCtxSetCurrent(context) == 0) _ = CudaApi.cuMemFree_v2(address);
    }

    public override Block AllocateStaging(long bytes)
    {
        Enter();
        void* memory;
        Check(CudaApi.cuMemHostAlloc(&memory, (nuint)bytes, 0), $"allocating {bytes} bytes of page-locked memory");
        return new((nint)memory, bytes, (nint)memory);
    }

    // the driver waits for the commands; with a lost context its page-locked memory is gone
    public override void FreeStaging(Block block)
    {
        if (!IsLost && CudaApi.cuCtxSetCurrent(context) == 0) _ = CudaApi.cuMemFreeHost((void*)block.Base);
    }

    public override void WriteStaged(nint target, void* source, long bytes)
    {
        if (bytes == 0) return;
        lock (Gate)
        {
            Enter();
            Check(CudaApi.cuMemcpyHtoDAsync_v2(target, source, (nuint)bytes, Stream), $"writing {bytes} bytes");
        }
    }

    public override void Write(nint target, void* source, long bytes)
    {
        if (bytes == 0) return;
        lock (Gate)
        {
            Enter();
            staging.Write(target, source, bytes);
        }
    }

    public override void Read(nint source, void* target, long bytes)
    {
        if (bytes == 0) return;
        lock (Gate)
        {
            Enter();
            Check(CudaApi.cuMemcpyDtoHAsync_v2(target, source, (nuint)bytes, Stream), $"reading {bytes} bytes");
            Check(CudaApi.cuStreamSynchronize(Stream), "waiting");
        }
    }

    public override void Copy(nint source, nint target, long bytes)
    {
        if (bytes == 0) return;
        lock (Gate)
        {
            Enter();
            Check(CudaApi.cuMemcpyDtoDAsync_v2(target, source, (nuint)bytes, Stream), $"copying {bytes} bytes");
        }
    }

    public override void Fill(nint target, byte value, long bytes)
    {
        if (bytes == 0) return;
        lock (Gate)
        {
            Enter();
            Check(CudaApi.cuMemsetD8Async(target, value, (nuint)bytes, Stream), $"filling {bytes} bytes");
        }
    }

    public override void Launch(DeviceProgram program, string kernel, Grid grid, params ReadOnlySpan<Argument> arguments)
    {
        if (grid.IsEmpty) return;
        // little-endian: the low bytes come first
        var numbers = stackalloc long[arguments.Length];
        var parameters = stackalloc void*[arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            numbers[i] = arguments[i].Bits;
            parameters[i] = &numbers[i];
        }
        lock (Gate)
        {
            Enter();
            var (function, expected, sizes) = programs.KernelOf(program, kernel, grid.SharedBytes);
            grid = grid.On(sizes);
            if (grid.Groups > int.MaxValue || grid.GroupsY > MostGroupsY)
                throw new DeviceException($"{this}: {kernel} of {program.Name} needs {grid.Groups} × {grid.GroupsY} groups; at most {int.MaxValue} × {MostGroupsY} are possible.");
            if (expected is { } many && many != arguments.Length)
                throw new InvalidOperationException($"{kernel} of {program.Name} has {many} parameters, not {arguments.Length}.");
            Check(
                CudaApi.cuLaunchKernel(function, (uint)grid.Groups, (uint)grid.GroupsY, 1, (uint)grid.Items, (uint)grid.ItemsY, 1, (uint)grid.SharedBytes, Stream, parameters, null),
                $"running {kernel} of {program.Name}");
        }
        Argument.KeepAlive(arguments);
    }

    public override void Together(object key, Action commands)
    {
        if (!CudaGraphs.Exist)
        {
            commands();
            return;
        }
        lock (Gate)
        {
            Enter();
            graphs.Run(key, commands);
        }
    }

    public override void Synchronize()
    {
        lock (Gate)
        {
            Enter();
            Check(CudaApi.cuStreamSynchronize(Stream), "waiting");
        }
    }

    /// <summary>Throws unless a call succeeded.</summary>
    /// <exception cref="DeviceOutOfMemoryException">The device has not the memory.</exception>
    /// <exception cref="DeviceLostException">The device stopped working.</exception>
    /// <exception cref="DeviceException">Anything else.</exception>
    public void Check(int status, string call)
    {
        if (status == 0) return;
        IsLost |= CudaStatus.IsFatal(status);
        throw CudaStatus.ErrorOf(status, this, call);
    }

    /// <summary>Before every call: a context belongs to a thread.</summary>
    /// <exception cref="DeviceLostException">The device stopped working.</exception>
    public void Enter()
    {
        if (IsLost) throw new DeviceLostException($"{this} stopped working earlier; its tensors are gone.");
        Check(CudaApi.cuCtxSetCurrent(context), "entering its context");
    }
}
