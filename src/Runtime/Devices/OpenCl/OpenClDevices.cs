using System.Diagnostics.CodeAnalysis;

namespace Recurve.Devices.OpenCl;

/// <summary>The OpenCL devices of this machine: of all drivers, graphics cards before others, otherwise in the drivers' order.</summary>
internal static unsafe class OpenClDevices
{
    static readonly Lock Gate = new();
    static readonly Dictionary<int, OpenClAccelerator> Open = [];

    /// <summary>Device <paramref name="index"/>, opened once; <paramref name="whyNot"/> says in words why it cannot be.</summary>
    public static bool TryOpen(int index, [NotNullWhen(true)] out Accelerator? accelerator, [NotNullWhen(false)] out string? whyNot)
    {
        accelerator = null;
        if (!NativeLibraries.TryLoad(NativeLibraries.OpenCl, out whyNot)) return false;
        lock (Gate)
        {
            if (Open.TryGetValue(index, out var open) && !open.IsLost)
            {
                accelerator = open;
                return true;
            }
            if (!TryFind(index, out var info, out whyNot)) return false;
            if (info.Lacks() is { } lack)
            {
                whyNot = $"{info.Name}: {lack}";
                return false;
            }
            accelerator = Open[index] = new OpenClAccelerator(index, info);
            return true;
        }
    }

    static bool TryFind(int index, [NotNullWhen(true)] out OpenClInfo? info, [NotNullWhen(false)] out string? whyNot)
    {
        (info, whyNot) = (null, null);
        if (!TryList(out var platforms, out var status))
        {
            whyNot = status == OpenClStatus.NoPlatform ? "the OpenCL library is there, but no driver for it is installed" : $"the OpenCL library gave {OpenClStatus.NameOf(status)}";
            return false;
        }
        OpenClInfo[] devices = [.. platforms.SelectMany(DevicesOf).OrderBy(device => !device.IsGpu)];
        if (index < devices.Length) info = devices[index];
        else whyNot = $"there {(devices.Length == 1 ? "is 1 OpenCL device" : $"are {devices.Length} OpenCL devices")}, counted from 0";
        return info is not null;
    }

    static bool TryList(out nint[] platforms, out int status)
    {
        uint count = 0;
        status = OpenClApi.clGetPlatformIDs(0, null, &count);
        platforms = new nint[status == 0 ? count : 0];
        if (status != 0) return false;
        fixed (nint* start = platforms) status = OpenClApi.clGetPlatformIDs(count, start, null);
        return status == 0;
    }

    static OpenClInfo[] DevicesOf(nint platform)
    {
        uint count = 0;
        if (OpenClApi.clGetDeviceIDs(platform, OpenClApi.EveryDevice, 0, null, &count) != 0) return [];
        var devices = new nint[count];
        fixed (nint* start = devices)
        {
            if (OpenClApi.clGetDeviceIDs(platform, OpenClApi.EveryDevice, count, start, null) != 0) return [];
        }
        return [.. devices.Select(device => new OpenClInfo(device))];
    }
}
