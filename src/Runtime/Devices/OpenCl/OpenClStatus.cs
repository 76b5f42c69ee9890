namespace Recurve.Devices.OpenCl;

/// <summary>What a call's status means to a user.</summary>
internal static class OpenClStatus
{
    public const int NoDevice = -1, NoPlatform = -1001;

    const int DeviceNotAvailable = -2, AllocationFailure = -4, OutOfResources = -5, OutOfHostMemory = -6, InvalidQueue = -36, InvalidBufferSize = -61;

    static readonly Dictionary<int, string> Names = new()
    {
        [NoDevice] = "CL_DEVICE_NOT_FOUND",
        [DeviceNotAvailable] = "CL_DEVICE_NOT_AVAILABLE",
        [-3] = "CL_COMPILER_NOT_AVAILABLE",
        [AllocationFailure] = "CL_MEM_OBJECT_ALLOCATION_FAILURE",
        [OutOfResources] = "CL_OUT_OF_RESOURCES",
        [OutOfHostMemory] = "CL_OUT_OF_HOST_MEMORY",
        [-11] = "CL_BUILD_PROGRAM_FAILURE",
        [-14] = "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST",
        [-30] = "CL_INVALID_VALUE",
        [-33] = "CL_INVALID_DEVICE",
        [InvalidQueue] = "CL_INVALID_COMMAND_QUEUE",
        [-38] = "CL_INVALID_MEM_OBJECT",
        [-46] = "CL_INVALID_KERNEL_NAME",
        [-49] = "CL_INVALID_ARG_INDEX",
        [-50] = "CL_INVALID_ARG_VALUE",
        [-51] = "CL_INVALID_ARG_SIZE",
        [-52] = "CL_INVALID_KERNEL_ARGS",
        [-54] = "CL_INVALID_WORK_GROUP_SIZE",
        [-55] = "CL_INVALID_WORK_ITEM_SIZE",
        [InvalidBufferSize] = "CL_INVALID_BUFFER_SIZE",
        [NoPlatform] = "CL_PLATFORM_NOT_FOUND_KHR",
    };

    public static string NameOf(int status) => Names.TryGetValue(status, out var name) ? name : $"status {status}";

    /// <summary>Throws unless the call succeeded.</summary>
    /// <param name="status">What it returned.</param>
    /// <param name="device">For the message.</param>
    /// <param name="call">What was called, and of what.</param>
    /// <exception cref="DeviceOutOfMemoryException">The device has not the memory.</exception>
    /// <exception cref="DeviceLostException">The device stopped working.</exception>
    /// <exception cref="DeviceException">Anything else.</exception>
    public static void Check(int status, Accelerator device, string call)
    {
        if (status == 0) return;
        throw status switch
        {
            AllocationFailure or OutOfHostMemory or InvalidBufferSize => new DeviceOutOfMemoryException($"{device} is out of memory: {call} gave {NameOf(status)}."),
            // of a queue that worked before: a kernel or the driver failed
            DeviceNotAvailable or OutOfResources or InvalidQueue => new DeviceLostException($"{device} stopped working: {call} gave {NameOf(status)}."),
            _ => new DeviceException($"{device}: {call} gave {NameOf(status)}."),
        };
    }
}
