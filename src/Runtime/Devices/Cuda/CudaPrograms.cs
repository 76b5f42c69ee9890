using System.Text;

namespace Recurve.Devices.Cuda;

/// <summary>Programs and kernels of one device, compiled on first use: once for each text.</summary>
internal sealed unsafe class CudaPrograms(CudaAccelerator device, NvrtcCompiler compiler, int multiprocessors)
{
    const int Warp = 32;

    // since 12.4; where a driver has it not, a launch does not notice a missing argument
    static readonly delegate* unmanaged<nint, nuint, nuint*, nuint*, int> ParameterInfo =
        (delegate* unmanaged<nint, nuint, nuint*, nuint*, int>)NativeLibraries.FunctionOf(NativeLibraries.Cuda, "cuFuncGetParamInfo");

    readonly Dictionary<DeviceProgram, Compiled> programs = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<string, Compiled> texts = [];

    sealed record Compiled(nint Module)
    {
        public Dictionary<string, Kernel> Kernels { get; } = [];
    }

    /// <param name="Function">Its handle.</param>
    /// <param name="Parameters">How many its text has; null: the driver does not say.</param>
    /// <param name="Sizes">Of its groups.</param>
    public readonly record struct Kernel(nint Function, int? Parameters, GroupSizes Sizes)
    {
        /// <summary>Memory that a group may ask for at its launch.</summary>
        public int SharedBytes { get; init; }
    }

    /// <summary>A kernel by name, whose groups may ask for some shared memory.</summary>
    /// <exception cref="DeviceException">The program does not compile, or has no such kernel.</exception>
    public Kernel KernelOf(DeviceProgram program, string name, int sharedBytes = 0)
    {
        if (!programs.TryGetValue(program, out var compiled)) programs[program] = compiled = Load(program);
        if (!compiled.Kernels.TryGetValue(name, out var kernel)) compiled.Kernels[name] = kernel = Find(program, compiled, name);
        if (sharedBytes <= kernel.SharedBytes) return kernel;
        // as much as is asked for, and rather for that than for the cache
        device.Check(CudaApi.cuFuncSetAttribute(kernel.Function, CudaApi.MostDynamicSharedBytes, sharedBytes), $"giving {name} of {program.Name} {sharedBytes} bytes of shared memory");
        device.Check(CudaApi.cuFuncSetAttribute(kernel.Function, CudaApi.SharedCarveout, 100), $"giving {name} of {program.Name} shared memory");
        return compiled.Kernels[name] = kernel with { SharedBytes = sharedBytes };
    }

    /// <summary>The whole text that is compiled.</summary>
    public static string TextOf(DeviceProgram program) => $"{DeviceProgram.ReadFile("Prelude.cuh")}\n{program.Text}";

    Kernel Find(DeviceProgram program, Compiled compiled, string name)
    {
        nint function;
        device.Check(CudaApi.cuModuleGetFunction(&function, compiled.Module, name), $"looking for kernel {name} of {program.Name}");
        int groups, items;
        device.Check(CudaApi.cuOccupancyMaxPotentialBlockSize(&groups, &items, function, 0, 0, Grid.GroupItems), $"asking how {name} of {program.Name} fills the device");
        return new(function, ParametersOf(function), GroupSizes.Of(items, Warp, multiprocessors));
    }

    Compiled Load(DeviceProgram program)
    {
        if (texts.TryGetValue(program.Text, out var same)) return same;
        var text = TextOf(program);
        var image = KernelCache.Default.GetOrAdd(compiler.Identity, text, () => compiler.Compile(text, program.Name, device.ToString()));
        nint module;
        fixed (byte* start = image) device.Check(CudaApi.cuModuleLoadData(&module, start), $"loading {program.Name}");
        return texts[program.Text] = new(module);
    }

    static int? ParametersOf(nint function)
    {
        if (ParameterInfo is null) return null;
        nuint offset, size, count = 0;
        while (ParameterInfo(function, count, &offset, &size) == 0) count++;
        return (int)count;
    }
}
