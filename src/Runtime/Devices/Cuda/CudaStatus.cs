using System.Runtime.InteropServices;

namespace Recurve.Devices.Cuda;

/// <summary>What a call's status means to a user.</summary>
internal static unsafe class CudaStatus
{
    public const int OutOfMemory = 2, NoDevice = 100, IllegalAddress = 700, NotFound = 500;

    // after these a context is of no more use: no device, hardware errors, and what a kernel can do wrong
    static readonly HashSet<int> Fatal = [4, 46, 101, 201, 214, 220, IllegalAddress, 702, 709, 710, 714, 715, 716, 717, 718, 719, 721, 911, 999];

    public static string NameOf(int status)
    {
        byte* name = null;
        return CudaApi.cuGetErrorName(status, &name) == 0 && name is not null ? Marshal.PtrToStringUTF8((nint)name)! : $"status {status}";
    }

    /// <summary>Whether the device is of no more use after this.</summary>
    public static bool IsFatal(int status) => Fatal.Contains(status);

    /// <summary>What a failed call means.</summary>
    /// <param name="status">What it returned.</param>
    /// <param name="device">For the message.</param>
    /// <param name="call">What was called, and of what.</param>
    public static Exception ErrorOf(int status, Accelerator device, string call) => status == OutOfMemory
        ? new DeviceOutOfMemoryException($"{device} is out of memory: {call} gave {NameOf(status)}.")
        : IsFatal(status) ? new DeviceLostException($"{device} stopped working: {call} gave {NameOf(status)}.")
        : new DeviceException($"{device}: {call} gave {NameOf(status)}.");
}
