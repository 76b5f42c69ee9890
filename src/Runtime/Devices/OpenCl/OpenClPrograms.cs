using System.Text;

namespace Recurve.Devices.OpenCl;

/// <summary>Programs and kernels of one device, compiled on first use: once for each text.</summary>
internal sealed unsafe class OpenClPrograms(OpenClAccelerator device, nint context, OpenClInfo info)
{
    const uint BuildLog = 0x1183, ParameterCount = 0x1191, WorkGroupSize = 0x11B0, PreferredMultiple = 0x11B3;

    readonly nint id = info.Device;

    readonly Dictionary<DeviceProgram, Compiled> programs = new(ReferenceEqualityComparer.Instance);
    readonly Dictionary<string, Compiled> texts = [];

    sealed record Compiled(nint Handle)
    {
        public Dictionary<string, Kernel> Kernels { get; } = [];
    }

    /// <param name="Handle">Not to be used by two threads at once.</param>
    /// <param name="Parameters">How many its text has; an address is two.</param>
    /// <param name="Sizes">Of its groups.</param>
    public readonly record struct Kernel(nint Handle, int Parameters, GroupSizes Sizes);

    /// <summary>A kernel by name.</summary>
    /// <exception cref="DeviceException">The program does not compile, or has no such kernel.</exception>
    public Kernel KernelOf(DeviceProgram program, string name)
    {
        if (!programs.TryGetValue(program, out var compiled)) programs[program] = compiled = Compile(program);
        if (compiled.Kernels.TryGetValue(name, out var kernel)) return kernel;
        int status;
        var handle = OpenClApi.clCreateKernel(compiled.Handle, name, &status);
        OpenClStatus.Check(status, device, $"creating kernel {name} of {program.Name}");
        uint parameters;
        OpenClStatus.Check(OpenClApi.clGetKernelInfo(handle, ParameterCount, sizeof(uint), &parameters, null), device, $"asking for the parameters of {name}");
        return compiled.Kernels[name] = new(handle, (int)parameters, GroupSizes.Of(Number(WorkGroupSize), Number(PreferredMultiple), info.Units));

        long Number(uint what)
        {
            nuint number;
            OpenClStatus.Check(OpenClApi.clGetKernelWorkGroupInfo(handle, id, what, (nuint)sizeof(nuint), &number, null), device, $"asking how {name} fills the device");
            return (long)number;
        }
    }

    Compiled Compile(DeviceProgram program)
    {
        if (texts.TryGetValue(program.Text, out var same)) return same;
        var handle = Create(program);
        // no fast-math: NaN, infinities and denormals are those of the processor
        var options = $"-cl-std=CL1.2{(info.HasDouble ? "" : " -cl-single-precision-constant -D WITHOUT_DOUBLE")}{(info.IsGpu ? "" : " -D ON_PROCESSOR")}";
        var one = id;
        var status = OpenClApi.clBuildProgram(handle, 1, &one, options, 0, 0);
        if (status != 0)
        {
            var log = LogOf(handle);
            OpenClApi.clReleaseProgram(handle);
            throw new DeviceException($"{device}: {program.Name} does not compile ({OpenClStatus.NameOf(status)}):\n{log}");
        }
        return texts[program.Text] = new(handle);
    }

    nint Create(DeviceProgram program)
    {
        var text = Encoding.UTF8.GetBytes($"{DeviceProgram.ReadFile("Prelude.cl")}\n{program.Text}");
        fixed (byte* start = text)
        {
            int status;
            var first = start;
            var length = (nuint)text.Length;
            var handle = OpenClApi.clCreateProgramWithSource(context, 1, &first, &length, &status);
            OpenClStatus.Check(status, device, $"creating program {program.Name}");
            return handle;
        }
    }

    string LogOf(nint program)
    {
        nuint size;
        if (OpenClApi.clGetProgramBuildInfo(program, id, BuildLog, 0, null, &size) != 0) return "(there is no log)";
        var bytes = new byte[size];
        fixed (byte* start = bytes) OpenClApi.clGetProgramBuildInfo(program, id, BuildLog, size, start, null);
        return Encoding.UTF8.GetString(bytes).TrimEnd('\0').Trim();
    }
}
