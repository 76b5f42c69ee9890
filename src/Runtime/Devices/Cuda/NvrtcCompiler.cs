using System.Globalization;
using System.Text;

namespace Recurve.Devices.Cuda;

/// <summary>Compiles CUDA C++ for one architecture: to machine code, or to PTX (which the driver finishes) where NVRTC is older than the device.</summary>
/// <param name="target">As in <c>--gpu-architecture</c>: <c>sm_90</c>, <c>compute_80</c>.</param>
internal sealed unsafe class NvrtcCompiler(string target)
{
    /// <summary>Options besides the architecture. No fast-math: NaN, infinities and denormals are those of the processor.</summary>
    const string Language = "--std=c++17";

    // the function that gives the machine code is there from 11.2 on, in the libraries that are looked for
    static readonly Lazy<int[]> Supported = new(() =>
    {
        int count;
        if (NvrtcApi.nvrtcGetNumSupportedArchs(&count) != 0) return [];
        var architectures = new int[count];
        fixed (int* start = architectures) return NvrtcApi.nvrtcGetSupportedArchs(start) == 0 ? architectures : [];
    });

    /// <summary>What makes one compilation differ from another besides the text.</summary>
    public string Identity { get; } = $"NVRTC {Version} {Language} {target}";

    /// <summary>The version found: 12.4.</summary>
    public static Version Version
    {
        get
        {
            int major, minor;
            return NvrtcApi.nvrtcVersion(&major, &minor) == 0 ? new(major, minor) : new();
        }
    }

    /// <summary>Those that the NVRTC found knows: 80, 90, …</summary>
    public static int[] Architectures() => Supported.Value;

    /// <summary>What to compile for; null: the device is older than all that NVRTC knows.</summary>
    public static string? TargetOf(int device, int[] known)
        => known.Contains(device) ? string.Create(CultureInfo.InvariantCulture, $"sm_{device}")
            : known.Where(a => a < device).DefaultIfEmpty().Max() is not 0 and var nearest ? string.Create(CultureInfo.InvariantCulture, $"compute_{nearest}")
            : null;

    /// <summary>The image that the driver loads.</summary>
    /// <param name="text">With the prelude.</param>
    /// <param name="name">For messages.</param>
    /// <param name="device">For messages.</param>
    /// <exception cref="DeviceException">The text does not compile; the message holds the compiler's log.</exception>
    public byte[] Compile(string text, string name, string device) => Compile(text, name, device, out _);

    /// <inheritdoc cref="Compile(string, string, string)"/>
    /// <param name="text">With the prelude.</param>
    /// <param name="name">For messages.</param>
    /// <param name="device">For messages.</param>
    /// <param name="log">What the compiler says, with options that ask it.</param>
    /// <param name="more">Further options.</param>
    public byte[] Compile(string text, string name, string device, out string log, params ReadOnlySpan<string> more)
    {
        nint program;
        Check(NvrtcApi.nvrtcCreateProgram(&program, text, name, 0, null, null), "creating a program");
        try
        {
            string[] options = [$"--gpu-architecture={target}", Language, .. more];
            var status = NvrtcApi.nvrtcCompileProgram(program, options.Length, options);
            log = LogOf(program);
            if (status != 0) throw new DeviceException($"{device}: {name} does not compile (NVRTC gave {status}):\n{log}");
            nuint size;
            var isMachineCode = target.StartsWith("sm_", StringComparison.Ordinal);
            Check(isMachineCode ? NvrtcApi.nvrtcGetCUBINSize(program, &size) : NvrtcApi.nvrtcGetPTXSize(program, &size), "asking for the size of the code");
            var image = new byte[size];
            fixed (byte* start = image) Check(isMachineCode ? NvrtcApi.nvrtcGetCUBIN(program, start) : NvrtcApi.nvrtcGetPTX(program, start), "asking for the code");
            return image;
        }
        finally
        {
            _ = NvrtcApi.nvrtcDestroyProgram(&program);
        }

        void Check(int status, string call)
        {
            if (status != 0) throw new DeviceException($"{device}: {call} of {name} gave NVRTC's status {status}.");
        }
    }

    static string LogOf(nint program)
    {
        nuint size;
        if (NvrtcApi.nvrtcGetProgramLogSize(program, &size) != 0) return "(there is no log)";
        var bytes = new byte[size];
        fixed (byte* start = bytes) _ = NvrtcApi.nvrtcGetProgramLog(program, start);
        return Encoding.UTF8.GetString(bytes).TrimEnd('\0').Trim();
    }
}
