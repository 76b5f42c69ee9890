using System.Runtime.InteropServices;

namespace Recurve.Devices.Cuda;

/// <summary>What the driver says of a device.</summary>
/// <param name="Device">Its number there.</param>
internal sealed unsafe record CudaInfo(int Device)
{
    const int NameBytes = 256, CapabilityMajor = 75, CapabilityMinor = 76, MultiprocessorCount = 16, SharedBytesPerMultiprocessor = 81, RegistersPerMultiprocessor = 82,
        MostSharedBytes = 97;

    public string Name
    {
        get
        {
            var name = stackalloc byte[NameBytes];
            return CudaApi.cuDeviceGetName(name, NameBytes, Device) == 0 ? Marshal.PtrToStringUTF8((nint)name)! : "unnamed";
        }
    }

    public long MemoryBytes
    {
        get
        {
            nuint bytes;
            return CudaApi.cuDeviceTotalMem_v2(&bytes, Device) == 0 ? (long)bytes : 0;
        }
    }

    /// <summary>As in the names of architectures: 90 for compute capability 9.0.</summary>
    public int Architecture => 10 * Attribute(CapabilityMajor) + Attribute(CapabilityMinor);

    public int Multiprocessors => Attribute(MultiprocessorCount);

    /// <summary>Memory of a multiprocessor that its groups share among their items.</summary>
    public int SharedBytes => Attribute(SharedBytesPerMultiprocessor);

    /// <summary>Of it, what one group may have if it asks.</summary>
    public int MostShared => Attribute(MostSharedBytes);

    /// <summary>Of 32 bits, of a multiprocessor.</summary>
    public int Registers => Attribute(RegistersPerMultiprocessor);

    /// <summary>In words, what it lacks to run the kernels; null: nothing.</summary>
    public string? Lacks() => NvrtcCompiler.TargetOf(Architecture, NvrtcCompiler.Architectures()) is not null ? null
        : $"{Name} has compute capability {Architecture / 10}.{Architecture % 10}, and the NVRTC found compiles for {string.Join(", ", NvrtcCompiler.Architectures())}";

    int Attribute(int attribute)
    {
        int value;
        return CudaApi.cuDeviceGetAttribute(&value, attribute, Device) == 0 ? value : 0;
    }
}
