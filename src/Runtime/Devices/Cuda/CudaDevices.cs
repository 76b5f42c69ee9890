using System.Diagnostics.CodeAnalysis;

namespace Recurve.Devices.Cuda;

/// <summary>The CUDA devices of this machine, in the driver's order (CUDA_VISIBLE_DEVICES).</summary>
internal static unsafe class CudaDevices
{
    static readonly Lock Gate = new();
    static readonly Dictionary<int, CudaAccelerator> Open = [];

    /// <summary>The greatest version of CUDA that the driver runs, 12 for 12.4; that of the newest where there is no driver, which then restricts nothing.</summary>
    public static int DriverVersion
    {
        get
        {
            int version;
            return NativeLibraries.TryLoad(NativeLibraries.Cuda, out _) && CudaApi.cuDriverGetVersion(&version) == 0 && version > 0 ? version / 1000 : int.MaxValue;
        }
    }

    /// <summary>Device <paramref name="index"/>, opened once; <paramref name="whyNot"/> says in words why it cannot be.</summary>
    public static bool TryOpen(int index, [NotNullWhen(true)] out Accelerator? accelerator, [NotNullWhen(false)] out string? whyNot)
    {
        accelerator = null;
        if (!NativeLibraries.TryLoad(NativeLibraries.Cuda, out whyNot)) return false;
        lock (Gate)
        {
            var isLost = Open.TryGetValue(index, out var open) && open.IsLost;
            if (open is not null && !isLost)
            {
                accelerator = open;
                return true;
            }
            if (!TryFind(index, out var info, out whyNot)) return false;
            // what is left of the context that failed
            if (isLost) _ = CudaApi.cuDevicePrimaryCtxReset_v2(info.Device);
            try
            {
                accelerator = Open[index] = new CudaAccelerator(index, info);
            }
            catch (Exception error) when (error is DeviceException or DeviceOutOfMemoryException or DeviceLostException)
            {
                whyNot = error.Message.TrimEnd('.');
            }
            return accelerator is not null;
        }
    }

    static bool TryFind(int index, [NotNullWhen(true)] out CudaInfo? info, [NotNullWhen(false)] out string? whyNot)
    {
        (info, whyNot) = (null, null);
        int count = 0, device = 0, status = CudaApi.cuInit(0);
        if (status == 0) status = CudaApi.cuDeviceGetCount(&count);
        if (status == CudaStatus.NoDevice || status == 0 && count == 0) whyNot = "the CUDA driver is there, but it sees no graphics card";
        else if (status != 0) whyNot = $"the CUDA driver gave {CudaStatus.NameOf(status)}";
        else if (index >= count) whyNot = $"there {(count == 1 ? "is 1 CUDA device" : $"are {count} CUDA devices")}, counted from 0";
        else if (!NativeLibraries.TryLoad(NativeLibraries.Nvrtc, out whyNot)) return false;
        else if ((status = CudaApi.cuDeviceGet(&device, index)) != 0) whyNot = $"the CUDA driver gave {CudaStatus.NameOf(status)}";
        else if (new CudaInfo(device).Lacks() is { } lack) whyNot = lack;
        else info = new(device);
        return info is not null;
    }
}
